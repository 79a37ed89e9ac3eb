import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Timers } from '../base/timers.ts';
import type { ConnectionOwner } from '../net/connection-settings.ts';
import type { ClientCodec, ClientHost } from '../protocol/codec.ts';
import { step } from '../protocol/machine.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream, ResponseHandler } from '../protocol/stream.ts';
import type { TakeRequest } from './pool.ts';
import { CLIENT_CONNECTION, type ClientEvent, type ClientState } from './state.ts';
import type { Wire } from './wire.ts';
import { Wired } from './wired.ts';

/** Who keeps the connection: the pool. */
export interface ClientConnectionOwner {
  onConnected(connection: ClientConnection): void;
  /** `room` may have grown. */
  onRoom(connection: ClientConnection): void;
  /** It takes no new streams any more. */
  onDraining(connection: ClientConnection): void;
  /** Nor will any other connection to the same peer, which is about to end. */
  onPeerEnding(): void;
  onClosed(connection: ClientConnection, why: Fault): void;
}

export interface ClientConnectionOptions {
  readonly protocol: Protocol;
  readonly timers: Timers;
  /** Closed after that time without a stream, in milliseconds; 0 means never. */
  readonly idleMs: number;
  /** Closed once it has carried that many streams; 0 means no limit. */
  readonly maxStreams: number;
  /** Until a silent peer is asked for a sign of life; undefined for the protocol's own custom. */
  readonly probeMs: number | undefined;
  /** See PoolOptions. */
  readonly takeRequest?: TakeRequest | undefined;
}

/** A connection that we made: gives the codec of its protocol a socket and a clock. */
export class ClientConnection extends Wired implements ClientHost, ConnectionOwner {
  /** Present where somebody takes what the called side asks: a codec looks whether it is there. */
  readonly onRequest?: TakeRequest;
  private readonly owner: ClientConnectionOwner;
  private readonly options: ClientConnectionOptions;
  private readonly codec: ClientCodec;
  private state: ClientState = 'connecting';
  private opened = 0;
  private idleSince = -1;
  /** The pool's own mark: it stands in the list of those with room. */
  listed = false;

  constructor(connection: Wire, owner: ClientConnectionOwner, options: ClientConnectionOptions) {
    super(connection);
    this.owner = owner;
    this.options = options;
    if (options.takeRequest !== undefined) this.onRequest = options.takeRequest;
    this.codec = options.protocol.client(this);
    connection.owner = this;
  }

  get connecting(): boolean {
    return this.state === 'connecting';
  }
  get activeStreams(): number {
    return this.codec.activeStreams;
  }
  /** How many streams may be opened now; while connecting, how many there will be. */
  get room(): number {
    if (this.state === 'draining' || this.state === 'closed') return 0;
    return this.codec.room;
  }

  open(handler: ResponseHandler): ClientStream {
    this.opened++;
    this.idleSince = -1;
    const stream = this.codec.open(handler);
    if (this.opened === this.options.maxStreams) this.drain();
    return stream;
  }

  /** Open streams finish; then, or at once if there is none, the connection closes. */
  drain(): void {
    if (this.state !== 'open') {
      if (this.state === 'connecting') this.connection.close();
      return;
    }
    this.move('drain');
    this.codec.goAway();
    this.owner.onDraining(this);
  }

  /** Ends every stream and the connection now. Where nothing was asked nothing is broken off: the peer sees a good end. */
  destroy(why: Fault): void {
    if (this.codec.activeStreams === 0) this.connection.end();
    this.codec.abort(why);
    this.connection.destroy(why);
  }

  // The codec's world.

  close(): void {
    this.leave();
    this.connection.close();
  }
  fail(why: Fault): void {
    this.leave();
    this.codec.abort(why);
    // What the peer broke it may be told of (GOAWAY); with what we gave up there is nothing to wait for.
    if (why.origin === 'upstream') this.connection.close();
    else this.connection.destroy(why);
  }
  onRoom(): void {
    if (this.state !== 'open') return;
    if (this.codec.activeStreams === 0) this.rest();
    this.owner.onRoom(this);
  }
  onGoAway(everywhere = false): void {
    // Before the next request looks for a connection.
    if (everywhere) this.owner.onPeerEnding();
    this.leave();
  }

  // The socket's world.

  onConnect(): void {
    this.move('connected');
    const { protocol, timers, probeMs } = this.options;
    this.feelPulse(this.codec, timers, probeMs ?? protocol.probeIntervalMs ?? 0, 'upstream');
    this.codec.start?.();
    this.rest();
    this.owner.onConnected(this);
  }
  onRead(chunk: Bytes): void {
    this.codec.read(chunk);
  }
  onReadEnd(): void {
    this.codec.readEnd();
  }
  onDrain(): void {
    this.codec.drained();
  }
  onClose(why: Fault): void {
    this.move('close');
    this.options.timers.cancel(this);
    this.stopPulse();
    this.codec.abort(why);
    this.owner.onClosed(this, why);
  }

  override expire(): void {
    const { timers, idleMs } = this.options;
    if (this.idleSince < 0) return;
    const left = this.idleSince + idleMs - timers.now;
    if (left > 0) timers.schedule(this, left);
    else this.drain();
  }

  /** No stream is open. The timer that is already running looks again when it expires: reuse costs no timer work. */
  private rest(): void {
    const { timers, idleMs } = this.options;
    if (idleMs === 0) return;
    this.idleSince = timers.now;
    if (!this.scheduled) timers.schedule(this, idleMs);
  }

  private leave(): void {
    if (this.state !== 'open') return;
    this.move('drain');
    this.owner.onDraining(this);
  }

  private move(event: ClientEvent): void {
    const to = step(CLIENT_CONNECTION, this.state, event);
    if (to === undefined) throw new Error(`client connection: ${event} while ${this.state}`);
    this.state = to;
  }
}
