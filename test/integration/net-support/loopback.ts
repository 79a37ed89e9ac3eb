import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { type Fault, fault } from '../../../src/base/fault.ts';
import { SILENT_LOGGER } from '../../../src/base/log.ts';
import { TimerWheel } from '../../../src/base/timer-wheel.ts';
import { parseAddress } from '../../../src/net/address.ts';
import type { Connection } from '../../../src/net/connection.ts';
import type { ConnectionOwner } from '../../../src/net/connection-settings.ts';
import { Listener, type ListenerOptions } from '../../../src/net/listener.ts';

/** Hears a connection, and lets a test wait for what it heard. */
export class Ear implements ConnectionOwner {
  readonly connection: Connection;
  readonly chunks: Buffer[] = [];
  connects = 0;
  ends = 0;
  drains = 0;
  readonly faults: Fault[] = [];
  whenRead: (chunk: Buffer) => void = () => {};
  private waiting: (() => void)[] = [];

  constructor(connection: Connection) {
    this.connection = connection;
    connection.owner = this;
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  onConnect(): void {
    this.connects++;
    this.stir();
  }

  onRead(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.whenRead(chunk);
    this.stir();
  }

  onReadEnd(): void {
    this.ends++;
    this.stir();
  }

  onDrain(): void {
    this.drains++;
    this.stir();
  }

  onClose(fault: Fault): void {
    this.faults.push(fault);
    this.stir();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  async closed(): Promise<Fault> {
    await this.until(() => this.faults.length > 0);
    return this.faults[0]!;
  }

  private stir(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }
}

export function timerWheel(test: TestContext): TimerWheel {
  const timers = new TimerWheel();
  test.after(() => timers.stop());
  return timers;
}

export interface Stage {
  readonly listener: Listener;
  readonly timers: TimerWheel;
  readonly ears: Ear[];
  /** The next connection that is accepted. */
  accepted(): Promise<Ear>;
}

/** A listener on loopback that is gone after the test, with its connections. */
export async function listen(test: TestContext, options: Partial<ListenerOptions> = {}): Promise<Stage> {
  const timers = timerWheel(test);
  const ears: Ear[] = [];
  const waiting: ((ear: Ear) => void)[] = [];
  const listener = new Listener({ name: 'test', address: '127.0.0.1:0', timers, logger: SILENT_LOGGER, ...options }, (connection) => {
    const ear = new Ear(connection);
    ears.push(ear);
    waiting.shift()?.(ear);
  });
  test.after(async () => {
    for (const { connection } of ears) connection.destroy(fault('cancelled', 'local', 'maybe', 'the test is over'));
    await listener.close();
  });
  await listener.listen();
  return { listener, timers, ears, accepted: () => new Promise((resolve) => waiting.push(resolve)) };
}

/** A plain socket to a listener. Its errors are kept in `errors`. */
export async function plainSocket(test: TestContext, address: string): Promise<{ socket: Socket; errors: Error[] }> {
  const parsed = parseAddress(address);
  if (typeof parsed === 'string') throw new Error(parsed);
  const options = 'path' in parsed ? { path: parsed.path } : { host: parsed.host, port: parsed.port };
  const socket = connect({ ...options, allowHalfOpen: true });
  const errors: Error[] = [];
  socket.on('error', (error) => errors.push(error));
  test.after(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, errors };
}

/** All that comes until the peer ends, or the connection breaks. */
export async function readAll(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => {
    socket.once('end', () => resolve());
    socket.once('close', () => resolve());
  });
  return Buffer.concat(chunks).toString();
}
