import type { Bytes } from '../../../src/base/bytes.ts';
import { type Fault, fault } from '../../../src/base/fault.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { ConnectionOwner } from '../../../src/net/connection-settings.ts';
import type { ClientCodec, ClientHost } from '../../../src/protocol/codec.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { ClientStream, ResponseHandler } from '../../../src/protocol/stream.ts';
import { type Allowance, ConnectionPool, type PoolOptions } from '../../../src/stream/connection-pool.ts';
import type { PoolConnection, PoolWaiter } from '../../../src/stream/pool.ts';
import type { Wire } from '../../../src/stream/wire.ts';

/** A socket's stand-in: what is done to it is noted, what it tells is said by the test. */
export class ScriptedWire implements Wire {
  readonly id: number;
  owner!: ConnectionOwner;
  readonly remoteAddress = '127.0.0.1:8080';
  readonly localAddress: string;
  readonly secure = false;
  readonly serverName = undefined;
  bytesRead = 0;
  bytesWritten = 0;
  applicationProtocol: string | undefined = undefined;
  readonly writable = true;
  readonly calls: string[] = [];
  over = false;

  constructor(id: number) {
    this.id = id;
    this.localAddress = `127.0.0.1:${50000 + id}`;
  }
  write(bytes: Bytes): void {
    this.calls.push(`write ${bytes}`);
  }
  pause(): void {
    this.calls.push('pause');
  }
  resume(): void {
    this.calls.push('resume');
  }
  end(): void {
    this.calls.push('end');
  }
  close(): void {
    this.calls.push('close');
  }
  destroy(why: Fault): void {
    this.calls.push(`destroy ${why.code}`);
  }
  connect(): void {
    this.owner.onConnect?.();
  }
  /** The end that the real one tells in a later turn. */
  die(code: Fault['code'] = 'closed', processed: Fault['processed'] = 'maybe'): void {
    this.over = true;
    this.owner.onClose(fault(code, 'upstream', processed, code));
  }
}

/** A codec that carries as many streams as it is told; a stream is over when the test says so. */
export class ScriptedCodec implements ClientCodec {
  readonly host: ClientHost;
  readonly handlers: ResponseHandler[] = [];
  readonly partial = false;
  calls: string[] = [];
  private readonly capacity: number;
  private leaving = false;

  constructor(host: ClientHost, capacity: number) {
    this.host = host;
    this.capacity = capacity;
  }
  get activeStreams(): number {
    return this.handlers.length;
  }
  get room(): number {
    return this.leaving ? 0 : this.capacity - this.handlers.length;
  }
  open(handler: ResponseHandler): ClientStream {
    this.handlers.push(handler);
    return { writable: true, sendHead() {}, sendData() {}, sendTrailers() {}, reset() {}, pause() {}, resume() {} };
  }
  finish(): void {
    this.handlers.shift();
    if (this.leaving && this.handlers.length === 0) this.host.close();
    else this.host.onRoom();
  }
  /** The peer says that it takes no more: here, or everywhere. */
  retire(everywhere = false): void {
    this.leaving = true;
    this.host.onGoAway(everywhere);
  }
  read(): void {}
  readEnd(): void {}
  drained(): void {}
  goAway(): void {
    this.leaving = true;
    this.calls.push('goAway');
    if (this.handlers.length === 0) this.host.close();
  }
  abort(why: Fault): void {
    for (const handler of this.handlers.splice(0)) handler.onReset(why);
  }
  terminate(): void {}
}

export class ScriptedWaiter implements PoolWaiter {
  connection: PoolConnection | undefined;
  got: ClientStream | Fault | undefined;
  onStream(stream: ClientStream): void {
    this.got = stream;
  }
  onPoolFault(why: Fault): void {
    this.got = why;
  }
  get outcome(): string {
    if (this.got === undefined) return 'waiting';
    return 'processed' in this.got ? this.got.code : 'stream';
  }
}

export const deaf: ResponseHandler = {
  onInformational() {},
  onHead() {},
  onData() {},
  onTrailers() {},
  onReset() {},
  onDrain() {},
};

export class CountedAllowance implements Allowance {
  current = 0;
  private readonly max: number;
  constructor(max: number) {
    this.max = max;
  }
  take(): boolean {
    if (this.current === this.max) return false;
    this.current++;
    return true;
  }
  release(): void {
    this.current--;
  }
}

export interface PoolScene {
  readonly pool: ConnectionPool;
  readonly timers: ManualTimers;
  readonly wires: ScriptedWire[];
  readonly codecs: ScriptedCodec[];
  readonly connections: CountedAllowance;
  readonly pending: CountedAllowance;
  /** How often the host has said that it is about to end. */
  readonly endings: { count: number };
  /** Asks for a stream; the outcome is in the waiter, at once or later. */
  ask(): ScriptedWaiter;
}

export function poolScene(
  options: Partial<PoolOptions> & { room?: number; connectionLimit?: number; pendingLimit?: number } = {},
): PoolScene {
  const timers = new ManualTimers();
  const wires: ScriptedWire[] = [];
  const endings = { count: 0 };
  const codecs: ScriptedCodec[] = [];
  const connections = new CountedAllowance(options.connectionLimit ?? 100);
  const pending = new CountedAllowance(options.pendingLimit ?? 100);
  const protocol: Protocol = {
    name: 'script',
    sniff: () => 'no',
    server() {
      throw new Error('a pool makes no servers');
    },
    client(host) {
      const codec = new ScriptedCodec(host, options.room ?? 1);
      codecs.push(codec);
      return codec;
    },
  };
  const pool = new ConnectionPool({
    protocol,
    timers,
    connections,
    pending,
    maxConnections: 0,
    spreadOver: 1,
    maxStreamsPerConnection: 0,
    idleMs: 0,
    probeMs: undefined,
    onHostEnding() {
      endings.count++;
    },
    dial() {
      const wire = new ScriptedWire(wires.length);
      wires.push(wire);
      return wire;
    },
    ...options,
  });
  const ask = (): ScriptedWaiter => {
    const waiter = new ScriptedWaiter();
    const got = pool.open(deaf, waiter);
    if (got !== undefined) waiter.got = got;
    return waiter;
  };
  return { pool, timers, wires, codecs, connections, pending, endings, ask };
}
