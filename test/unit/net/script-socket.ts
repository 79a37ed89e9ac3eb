import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { Connection } from '../../../src/net/connection.ts';
import type { ConnectionOwner, ConnectionSettings } from '../../../src/net/connection-settings.ts';

/** A socket in memory: keeps what it was given, call by call, and takes it when the test lets it. */
export class ScriptSocket extends Duplex {
  /** The buffers of each system call. */
  readonly calls: Buffer[][] = [];
  connecting = false;
  /** The peer does not read. */
  stuck = false;
  finSent = false;
  resets = 0;
  timeoutMs = 0;
  remoteAddress: string | undefined = '192.0.2.1';
  remotePort: number | undefined = 4711;
  localAddress: string | undefined = '192.0.2.2';
  localPort: number | undefined = 80;
  private waiting: (() => void) | undefined;

  constructor() {
    super({ allowHalfOpen: true });
  }

  get sent(): string {
    return Buffer.concat(this.calls.flat()).toString();
  }

  /** The peer reads again. */
  unstick(): void {
    this.stuck = false;
    this.takeOne();
  }

  /** The peer reads one system call's worth. */
  takeOne(): void {
    const taken = this.waiting;
    this.waiting = undefined;
    taken?.();
  }

  fail(code: string): void {
    this.destroy(Object.assign(new Error(`read ${code}`), { code }));
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.call([chunk], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.call(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: () => void): void {
    this.finSent = true;
    done();
  }

  override _read(): void {}

  setTimeout(ms: number): void {
    this.timeoutMs = ms;
  }

  resetAndDestroy(): void {
    this.resets++;
    this.destroy();
  }

  private call(buffers: Buffer[], done: () => void): void {
    this.calls.push(buffers);
    if (this.stuck) this.waiting = done;
    else done();
  }
}

/** Writes down what it hears. */
export class Journal implements ConnectionOwner {
  readonly lines: string[] = [];
  whenRead: (chunk: Buffer) => void = () => {};
  whenDrained: () => void = () => {};

  onConnect(): void {
    this.lines.push('connect');
  }

  onRead(chunk: Buffer): void {
    this.lines.push(`read ${chunk}`);
    this.whenRead(chunk);
  }

  onReadEnd(): void {
    this.lines.push('end');
  }

  onDrain(): void {
    this.lines.push('drain');
    this.whenDrained();
  }

  onClose({ code, origin, processed, detail }: Parameters<ConnectionOwner['onClose']>[0]): void {
    this.lines.push(`close ${code} ${origin} ${processed}: ${detail}`);
  }
}

/** As much of a socket as a connection uses. */
export function socketOf(socket: ScriptSocket): Socket {
  return socket as unknown as Socket;
}

export interface Scene {
  readonly socket: ScriptSocket;
  readonly connection: Connection;
  readonly journal: Journal;
  readonly timers: ManualTimers;
}

export function scene(settings: Partial<ConnectionSettings> = {}, prepare: (socket: ScriptSocket) => void = () => {}): Scene {
  const socket = new ScriptSocket();
  prepare(socket);
  const timers = new ManualTimers();
  const connection = new Connection(socketOf(socket), {
    origin: 'upstream',
    timers,
    secure: false,
    canReset: true,
    highWatermark: 1_000,
    lingerMs: 5_000,
    lingerBytes: 100,
    ...settings,
  });
  const journal = new Journal();
  connection.owner = journal;
  return { socket, connection, journal, timers };
}

/** Everything that the event loop has in store happens. */
export async function turn(): Promise<void> {
  for (let times = 0; times < 3; times++) await new Promise((resolve) => setImmediate(resolve));
}
