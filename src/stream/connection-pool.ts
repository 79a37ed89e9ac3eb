import { type Fault, fault } from '../base/fault.ts';
import { Queue } from '../base/queue.ts';
import type { Timers } from '../base/timers.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream, ResponseHandler } from '../protocol/stream.ts';
import { ClientConnection, type ClientConnectionOptions, type ClientConnectionOwner } from './client-connection.ts';
import type { Pool, PoolWaiter, TakeRequest } from './pool.ts';
import type { Wire } from './wire.ts';

/** A count with a ceiling that several pools share: a cluster's circuit breaker. */
export interface Allowance {
  /** One more; false when the ceiling is reached. */
  take(): boolean;
  release(): void;
}

export interface PoolOptions {
  readonly protocol: Protocol;
  /** Begins to connect. The pool sets the owner, and hears of success or failure later. */
  readonly dial: () => Wire;
  readonly timers: Timers;
  /** Connections of the cluster. */
  readonly connections: Allowance;
  /** Requests of the cluster that wait for a connection. */
  readonly pending: Allowance;
  /** Connections of this pool; 0 means no limit of its own. */
  readonly maxConnections: number;
  /** How many connections streams are spread over where one could carry them all. */
  readonly spreadOver: number;
  /** Streams a connection carries before it is replaced; 0 means no limit. */
  readonly maxStreamsPerConnection: number;
  /** A connection without a stream is closed after that time, in milliseconds; 0 means never. */
  readonly idleMs: number;
  /** See ClientConnectionOptions. */
  readonly probeMs: number | undefined;
  /** Where requests of the called side go; without it they are refused. */
  readonly takeRequest?: TakeRequest | undefined;
  /** The host has said that it is about to end: requests had better go elsewhere. */
  readonly onHostEnding: () => void;
}

interface Waiting {
  readonly handler: ResponseHandler;
  readonly waiter: PoolWaiter;
}

/** After a connection that could not be made, none is made for so long that nobody waits for, in milliseconds. */
const SPREAD_AGAIN_MS = 1_000;

/** The only pool there is. Ping-pong or multiplexed is a matter of how much `room` a connection has. */
export class ConnectionPool implements Pool, ClientConnectionOwner {
  private readonly options: PoolOptions;
  private readonly connectionOptions: ClientConnectionOptions;
  private readonly all = new Set<ClientConnection>();
  /** Those with room, the one used last on top: what is not needed ages at the bottom until it is idle for too long. */
  private readonly withRoom: ClientConnection[] = [];
  /** Those that take streams, or will once they are connected. */
  private readonly serving = new Set<ClientConnection>();
  private spreadAgainAt = 0;
  private readonly waiting = new Queue<Waiting>();
  private draining = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.connectionOptions = {
      protocol: options.protocol,
      timers: options.timers,
      idleMs: options.idleMs,
      maxStreams: options.maxStreamsPerConnection,
      probeMs: options.probeMs,
      takeRequest: options.takeRequest,
    };
  }

  get connections(): number {
    return this.all.size;
  }
  get pending(): number {
    return this.waiting.length;
  }
  get activeStreams(): number {
    let streams = 0;
    for (const connection of this.all) streams += connection.activeStreams;
    return streams;
  }

  open(handler: ResponseHandler, waiter: PoolWaiter): ClientStream | Fault | undefined {
    const free = this.free();
    if (free !== undefined) {
      if (this.options.spreadOver > 1 && free.activeStreams > 0) this.spread();
      waiter.connection = free.connection;
      return this.openOn(free, handler);
    }
    if (this.draining) return fault('cancelled', 'local', 'no', 'the host has left the cluster');
    if (!this.options.pending.take()) return fault('overflow', 'local', 'no', 'too many requests wait for a connection');
    this.waiting.push({ handler, waiter });
    this.dialForWaiting();
    if (this.waiting.length > 1) this.spread();
    if (this.all.size === 0) {
      this.dropWaiting(waiter);
      return fault('overflow', 'local', 'no', 'too many connections');
    }
    return undefined;
  }

  cancel(waiter: PoolWaiter): void {
    this.dropWaiting(waiter);
  }

  drain(): void {
    this.draining = true;
    for (const connection of [...this.all]) {
      if (this.waiting.length === 0 || !connection.connecting) connection.drain();
    }
  }

  close(why: Fault): void {
    this.draining = true;
    this.failWaiting(this.waiting.length, why);
    for (const connection of [...this.all]) connection.destroy(why);
  }

  renew(): void {
    for (const connection of [...this.all]) if (!connection.connecting) connection.drain();
  }

  interrupt(why: Fault): void {
    this.failWaiting(this.waiting.length, { ...why, processed: 'no' });
    for (const connection of [...this.all]) connection.destroy(why);
  }

  warm(connections: number): void {
    while (this.serving.size < connections && this.mayAdd() && this.dial());
  }

  // What connections tell.

  onConnected(connection: ClientConnection): void {
    this.list(connection);
    this.serve();
    if (this.draining && this.waiting.length === 0) connection.drain();
  }

  onRoom(connection: ClientConnection): void {
    this.list(connection);
    if (this.waiting.length > 0) this.serve();
  }

  onDraining(connection: ClientConnection): void {
    this.serving.delete(connection);
    this.unlist(connection);
    if (this.waiting.length > 0) this.dialForWaiting();
  }

  onPeerEnding(): void {
    this.options.onHostEnding();
  }

  onClosed(connection: ClientConnection, why: Fault): void {
    this.all.delete(connection);
    this.serving.delete(connection);
    this.options.connections.release();
    this.unlist(connection);
    if (why.code === 'connect-failed' || why.code === 'timeout') {
      this.spreadAgainAt = this.options.timers.now + SPREAD_AGAIN_MS;
      // What one failed connection would have carried fails with it; the rest may still be carried by others.
      this.failWaiting(this.waiting.length - this.expectedRoom(), why);
    }
    if (this.waiting.length === 0) return;
    this.dialForWaiting();
    if (this.all.size === 0) this.failWaiting(this.waiting.length, why);
  }

  /** A connection with room, or undefined. Amortized constant: each one is listed once for each time that its room came back. */
  private free(): ClientConnection | undefined {
    const { withRoom } = this;
    for (let last = withRoom.length - 1; last >= 0; last--) {
      const connection = withRoom[last]!;
      if (connection.room > 0) return this.options.spreadOver === 1 ? connection : this.leastBusy(connection);
      connection.listed = false;
      withRoom.pop();
    }
    return undefined;
  }

  /** The connection with the fewest streams; of those with none the one used last, which is the first here. */
  private leastBusy(connection: ClientConnection): ClientConnection {
    let best = connection;
    for (let at = this.withRoom.length - 2; at >= 0 && best.activeStreams > 0; at--) {
      const other = this.withRoom[at]!;
      if (other.room > 0 && other.activeStreams < best.activeStreams) best = other;
    }
    return best;
  }

  /** Streams are under way on every connection: another one, unless there are enough. */
  private spread(): void {
    if (this.serving.size < this.options.spreadOver && this.mayAdd()) this.dial();
  }

  /** Whether a connection may be made that nobody waits for. */
  private mayAdd(): boolean {
    return !this.draining && this.options.timers.now >= this.spreadAgainAt;
  }

  private openOn(connection: ClientConnection, handler: ResponseHandler): ClientStream {
    const stream = connection.open(handler);
    if (connection.room <= 0) this.unlist(connection);
    return stream;
  }

  private serve(): void {
    while (this.waiting.length > 0) {
      const free = this.free();
      if (free === undefined) return;
      const next = this.waiting.shift()!;
      this.options.pending.release();
      next.waiter.connection = free.connection;
      next.waiter.onStream(this.openOn(free, next.handler));
    }
  }

  private dialForWaiting(): void {
    while (this.waiting.length > this.expectedRoom() && this.dial());
  }

  /** Begins to make a connection. False when there are too many. */
  private dial(): boolean {
    const { maxConnections, connections, dial } = this.options;
    if (maxConnections > 0 && this.all.size >= maxConnections) return false;
    if (!connections.take()) return false;
    const connection = new ClientConnection(dial(), this, this.connectionOptions);
    this.all.add(connection);
    this.serving.add(connection);
    return true;
  }

  /** How many of those waiting the connections that are being made will take. */
  private expectedRoom(): number {
    let room = 0;
    for (const connection of this.all) if (connection.connecting) room += connection.room;
    return room;
  }

  private list(connection: ClientConnection): void {
    if (connection.listed || connection.room <= 0) return;
    connection.listed = true;
    this.withRoom.push(connection);
  }

  private unlist(connection: ClientConnection): void {
    if (!connection.listed) return;
    connection.listed = false;
    const { withRoom } = this;
    const at = withRoom.lastIndexOf(connection);
    // The usual one: a stream has just been opened on it.
    if (at === withRoom.length - 1) withRoom.pop();
    else withRoom.splice(at, 1);
  }

  private failWaiting(count: number, why: Fault): void {
    for (let left = count; left > 0 && this.waiting.length > 0; left--) {
      this.options.pending.release();
      this.waiting.shift()!.waiter.onPoolFault(why);
    }
  }

  private dropWaiting(waiter: PoolWaiter): void {
    for (const each of this.waiting) {
      if (each.waiter !== waiter) continue;
      this.waiting.remove(each);
      this.options.pending.release();
      return;
    }
  }
}
