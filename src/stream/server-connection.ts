import type { Bytes } from '../base/bytes.ts';
import { type Fault, fault } from '../base/fault.ts';
import type { Timers } from '../base/timers.ts';
import type { ConnectionOwner } from '../net/connection-settings.ts';
import type { Codec, HandOver, ServerHost } from '../protocol/codec.ts';
import type { RequestHead } from '../protocol/head.ts';
import { step } from '../protocol/machine.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream, ResponseHandler, ServerStream, StreamHandler } from '../protocol/stream.ts';
import { Detection } from './detect.ts';
import { SERVER_CONNECTION, type ServerEvent, type ServerState } from './state.ts';
import type { Wire } from './wire.ts';
import { Wired } from './wired.ts';

/** Where requests go: the proxy. */
export interface RequestSink {
  /** The connection is over; none of its requests is under way. */
  onClosed?(connection: ServerConnection, why: Fault): void;
  onRequest(connection: ServerConnection, stream: ServerStream, head: RequestHead, end: boolean): StreamHandler;
}

/** What is served to a connection. */
export interface Service {
  /** One: it is that. Several: ALPN or the first bytes tell. */
  readonly protocols: readonly Protocol[];
  readonly sink: RequestSink;
  /** What is served to those whose first bytes are of none of the protocols. */
  readonly fallback?: Service | undefined;
}

/** Time limits of an accepted connection, in milliseconds; 0 means none. */
export interface ServerTimeouts {
  /** From the first byte of a request head (or of the connection, while its protocol is unknown) to its last. */
  readonly headMs: number;
  /** Without an open stream, and without a word from the peer. */
  readonly idleMs: number;
  /** Until a silent peer is asked for a sign of life; undefined for the protocol's own custom. */
  readonly probeMs: number | undefined;
}

export interface ServerConnectionOptions {
  readonly service: Service;
  readonly timers: Timers;
  readonly timeouts: ServerTimeouts;
  /** Once, when the connection is over. */
  onClosed(connection: ServerConnection, why: Fault): void;
}

/** A connection that we accepted: gives the codec of its protocol a socket and a clock. */
export class ServerConnection extends Wired implements ServerHost, ConnectionOwner {
  private readonly options: ServerConnectionOptions;
  private service: Service;
  private codec: Codec | undefined = undefined;
  private detection: Detection | undefined = undefined;
  private state: ServerState;
  /** When the head that is arriving began, and when the last stream ended; on the clock of `timers.now`. -1: not so now. */
  private partialSince = -1;
  private idleSince: number;
  /** A head has been completed since the last look: what is partial now is another one. */
  private headCompleted = false;
  /** What the peer, or our limits, ended it by. The socket then closes in good order. */
  private failure: Fault | undefined = undefined;

  constructor(connection: Wire, options: ServerConnectionOptions) {
    super(connection);
    this.options = options;
    this.service = options.service;
    this.idleSince = options.timers.now;
    connection.owner = this;
    const known = knownProtocol(this.service, connection.applicationProtocol);
    if (known === undefined) {
      this.state = 'detecting';
      this.detection = new Detection(this.service.protocols);
      this.partialSince = this.idleSince;
    } else {
      this.state = 'open';
      this.start(known, known.server(this));
    }
    this.watch();
  }

  get id(): number {
    return this.connection.id;
  }
  get remoteAddress(): string {
    return this.connection.remoteAddress;
  }
  get localAddress(): string {
    return this.connection.localAddress;
  }
  get serverName(): string | undefined {
    return this.connection.serverName;
  }
  get activeStreams(): number {
    return this.codec === undefined ? 0 : this.codec.activeStreams;
  }

  /** Asks the peer; undefined where its protocol has no such thing, or it is going away. */
  open(handler: ResponseHandler): ClientStream | undefined {
    return this.state === 'open' ? this.codec?.open?.(handler) : undefined;
  }

  /** Open streams finish; then, or at once if there is none, the connection closes. */
  drain(): void {
    this.move('drain');
    if (this.codec === undefined) this.connection.close();
    else this.codec.goAway();
  }

  /** Ends every stream and the connection now. */
  destroy(why: Fault): void {
    this.codec?.abort(why);
    this.connection.destroy(why);
  }

  // The codec's world.

  close(): void {
    this.move('drain');
    this.connection.close();
  }
  fail(why: Fault): void {
    this.failure = why;
    this.move('drain');
    this.codec?.abort(why);
    this.connection.close();
  }
  onRequest(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler {
    this.headCompleted = true;
    return this.service.sink.onRequest(this, stream, head, end);
  }

  handOver(offer: HandOver): boolean {
    // A connection that is going away stays what it is until then.
    if (this.state !== 'open') return false;
    const protocol = this.service.protocols.find(({ takeOver }) => takeOver?.name === offer.name);
    const codec = protocol?.takeOver?.server(this, offer);
    if (protocol === undefined || codec === undefined) return false;
    this.connection.write(offer.accepted);
    this.stopPulse();
    this.start(protocol, codec);
    if (offer.rest.length > 0) codec.read(offer.rest);
    return true;
  }

  // The socket's world.

  onRead(chunk: Bytes): void {
    const codec = this.codec;
    if (codec === undefined) this.detect(chunk);
    else codec.read(chunk);
    this.watch();
  }

  onReadEnd(): void {
    if (this.codec === undefined && !this.fallBack()) this.connection.close();
    else this.codec?.readEnd();
  }

  onDrain(): void {
    this.codec?.drained();
  }

  onClose(why: Fault): void {
    this.move('close');
    this.options.timers.cancel(this);
    this.stopPulse();
    this.codec?.abort(why);
    this.service.sink.onClosed?.(this, why);
    this.options.onClosed(this, this.failure ?? why);
  }

  private detect(chunk: Bytes): void {
    const detection = this.detection;
    if (detection === undefined) return;
    const found = detection.read(chunk);
    if (found === 'more') return;
    if (found !== 'unknown') this.begin(found, detection.prefix);
    else if (!this.fallBack()) {
      this.detection = undefined;
      this.connection.destroy(fault('unsupported', 'downstream', 'no', 'the first bytes are of no protocol that is served here'));
    }
  }

  private begin(protocol: Protocol, prefix: Bytes): void {
    this.detection = undefined;
    this.move('detected');
    this.partialSince = -1;
    const codec = protocol.server(this);
    this.start(protocol, codec);
    codec.read(prefix);
  }

  /** Hands the connection to what stands behind, with all that has come. False when nothing stands there, or nothing has come. */
  private fallBack(): boolean {
    const { fallback } = this.service;
    const prefix = this.detection?.prefix;
    if (fallback === undefined || prefix === undefined || prefix.length === 0) return false;
    this.service = fallback;
    const known = knownProtocol(fallback, undefined);
    if (known === undefined) {
      this.detection = new Detection(fallback.protocols);
      this.detect(prefix);
    } else {
      this.begin(known, prefix);
    }
    return true;
  }

  private start(protocol: Protocol, codec: Codec): void {
    this.codec = codec;
    const { timers, timeouts } = this.options;
    this.feelPulse(codec, timers, timeouts.probeMs ?? protocol.probeIntervalMs ?? 0, 'downstream');
    codec.start?.();
  }

  private move(event: ServerEvent): void {
    const to = step(SERVER_CONNECTION, this.state, event);
    if (to === undefined) throw new Error(`server connection: ${event} while ${this.state}`);
    this.state = to;
  }

  /**
   * Notes what the connection is waiting for. The timer is left alone while it is due early enough, and looks again when it
   * expires: a busy connection costs one comparison a read and no timer work.
   */
  private watch(): void {
    const { timers, timeouts } = this.options;
    const codec = this.codec;
    if (codec !== undefined) {
      if (!codec.partial) this.partialSince = -1;
      else if (this.partialSince < 0) {
        this.partialSince = timers.now;
        this.headCompleted = false;
        if (timeouts.headMs > 0 && this.state !== 'closed') timers.schedule(this, timeouts.headMs);
        return;
      } else if (this.headCompleted) {
        // A busy connection may end each chunk in the middle of something: not of the same.
        this.partialSince = timers.now;
        this.headCompleted = false;
      }
      // What a peer says between requests, such as a heartbeat, shows that it wants the connection.
      this.idleSince = codec.activeStreams > 0 ? -1 : timers.now;
    }
    if (!this.scheduled && this.state !== 'closed') this.wait();
  }

  private wait(): void {
    const { headMs, idleMs } = this.options.timeouts;
    if (this.partialSince >= 0 && headMs > 0) this.options.timers.schedule(this, headMs);
    else if (idleMs > 0) this.options.timers.schedule(this, idleMs);
  }

  override expire(): void {
    const { timers, timeouts } = this.options;
    const now = timers.now;
    if (this.partialSince >= 0) {
      const left = this.partialSince + timeouts.headMs - now;
      if (timeouts.headMs > 0 && left <= 0) {
        this.timeOut('the request head took too long');
        return;
      }
      timers.schedule(this, left);
      return;
    }
    if (this.activeStreams > 0) this.idleSince = -1;
    else if (this.idleSince < 0) this.idleSince = now;
    if (timeouts.idleMs === 0) return;
    const left = this.idleSince < 0 ? timeouts.idleMs : this.idleSince + timeouts.idleMs - now;
    if (left > 0) timers.schedule(this, left);
    else this.drain();
  }

  private timeOut(detail: string): void {
    const why = fault('timeout', 'downstream', 'no', detail);
    if (this.codec !== undefined) this.codec.terminate(why);
    else if (this.fallBack()) this.watch();
    else this.connection.destroy(why);
  }
}

/** The protocol, when no bytes are needed to tell: the only one, or the one that ALPN has named. */
function knownProtocol({ protocols, fallback }: Service, applicationProtocol: string | undefined): Protocol | undefined {
  if (protocols.length === 1 && fallback === undefined) return protocols[0];
  if (applicationProtocol === undefined) return undefined;
  return protocols.find(({ alpn }) => alpn?.includes(applicationProtocol));
}
