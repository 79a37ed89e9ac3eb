import type { Bytes } from '../base/bytes.ts';
import { fault } from '../base/fault.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { Codec } from '../protocol/codec.ts';
import { MAX_UNANSWERED, Pulse } from './pulse.ts';
import type { Wire } from './wire.ts';

/** The part of a codec's world that is the same at both ends: what it asks of the connection is done by the socket. */
export abstract class Wired extends Timer {
  readonly connection: Wire;
  private pulse: Pulse | undefined = undefined;

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

  /** From now on a silent peer is asked for a sign of life each `intervalMs`, where the protocol can ask. 0 means never. */
  protected feelPulse(codec: Codec, timers: Timers, intervalMs: number, origin: 'downstream' | 'upstream'): void {
    if (codec.probe === undefined || intervalMs === 0) return;
    const onSilence = (): void =>
      codec.terminate(fault('timeout', origin, 'maybe', `no sign of life after ${MAX_UNANSWERED} questions, one each ${intervalMs} ms`));
    this.pulse = new Pulse(this.connection, timers, intervalMs, () => codec.probe?.(), onSilence);
  }

  protected stopPulse(): void {
    this.pulse?.stop();
  }
}
