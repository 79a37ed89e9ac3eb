import type { Bytes } from '../base/bytes.ts';
import { Timer } from '../base/timers.ts';
import type { Wire } from './wire.ts';

/** The part of a codec's world that is the same at both ends: what it asks of the connection is done by the socket. */
export abstract class Wired extends Timer {
  readonly connection: Wire;

  constructor(connection: Wire) {
    super();
    this.connection = connection;
  }

  get secure(): boolean {
    return this.connection.secure;
  }
  get writable(): boolean {
    return this.connection.writable;
  }
  write(bytes: Bytes): void {
    this.connection.write(bytes);
  }
  pause(): void {
    this.connection.pause();
  }
  resume(): void {
    this.connection.resume();
  }
  end(): void {
    this.connection.end();
  }
}
