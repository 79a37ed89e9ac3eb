import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Bytes } from '../base/bytes.ts';
import { type Fault, fault } from '../base/fault.ts';
import { CallbackTimer, type Timer } from '../base/timers.ts';
import { formatHostAndPort } from './address.ts';
import type { ConnectionOwner, ConnectionSettings } from './connection-settings.ts';
import { HandleWriting } from './handle-writing.ts';
import { hear, hearConnect, hearFlush, type SocketEvents, TRUSTED } from './socket-events.ts';
import { connectFault, socketFault } from './socket-fault.ts';
import { type TurnTaker, turn } from './turn.ts';
import { StreamWriting, type Writing, type WritingListener } from './writing.ts';

/** Writes of a turn that are this small on average are copied into one buffer; larger ones go to `writev` as a list. Measured. */
const JOIN_BYTES = 256;

/**
 * A read of this size or more is handed on at once: its bytes are still in the processor's cache, and a pause that they lead to has to come
 * before the next read of the same socket. Smaller ones wait for the end of the turn; after one of them a socket has no more to read.
 */
const BULK_BYTES = 16_384;

/** The life of a connection only ever goes on, never back. */
const OPEN = 0;
/** `end`: our FIN follows what is queued; reading goes on. */
const ENDED = 1;
/** `close`: the owner hears only of the end. */
const CLOSING = 2;
/** `destroy`, or the socket is gone. */
const CLOSED = 3;

const UNOWNED: ConnectionOwner = {
  onRead() {
    throw new Error('a connection was read from before it had an owner');
  },
  onReadEnd() {},
  onDrain() {},
  onClose() {},
};

let lastId = 0;

/**
 * Layer 1: a socket with backpressure in three words (`writable`, `onDrain`, counted `pause` and `resume`), one system call for all that
 * is written in a turn, an ending that does not destroy the last answer, and faults for errors. It knows no protocol.
 */
export class Connection implements SocketEvents, WritingListener, TurnTaker {
  /** Unique in this process. */
  readonly id = ++lastId;
  owner: ConnectionOwner = UNOWNED;
  bytesRead = 0;
  /** What is queued still is counted. */
  bytesWritten = 0;
  private readonly socket: Socket;
  private readonly writing: Writing;
  private readonly settings: ConnectionSettings;
  private state = OPEN;
  private connected: boolean;
  private pauses = 0;
  /** Read in this turn, and not yet handed on; or held back by a pause. */
  private arrived: Bytes | undefined = undefined;
  /** The peer's FIN stands behind it. */
  private endArrived = false;
  /** Written in this turn, or while connecting: one buffer, or several. */
  private gathered: Bytes | Bytes[] | undefined = undefined;
  private gatheredBytes = 0;
  /** The queue passed the high watermark and has not fallen to half of it. */
  private full = false;
  private deadline: Timer | undefined = undefined;
  private discardedBytes = 0;
  private fault: Fault | undefined = undefined;
  private remote: string | undefined = undefined;
  private local: string | undefined = undefined;

  /**
   * Takes over a socket that was made with `allowHalfOpen` and `noDelay`, and that nobody else listens to. The owner is set before
   * control goes back to the event loop.
   */
  constructor(socket: Socket, settings: ConnectionSettings, connected = !socket.connecting) {
    this.socket = socket;
    this.writing = HandleWriting.of(socket, this) ?? new StreamWriting(socket, this);
    this.settings = settings;
    this.connected = connected;
    // Asked for at once, for the system does not know it any more when the peer has reset the connection.
    this.remote = settings.remoteAddress ?? formatEnd(socket.remoteAddress, socket.remotePort);
    this.local = settings.localAddress;
    hear(socket, this);
    if (!connected) hearConnect(socket, settings.secure ? TRUSTED : 'connect');
  }

  /** `ip:port`, `[ip]:port`, or the path of a Unix socket. */
  get remoteAddress(): string {
    return this.remote ?? '';
  }

  /** As `remoteAddress`. '' when the listener is bound to all addresses and nobody asked before the connection was gone. */
  get localAddress(): string {
    this.local ??= formatEnd(this.socket.localAddress, this.socket.localPort);
    return this.local ?? '';
  }

  get secure(): boolean {
    return this.settings.secure;
  }

  /** What the client has asked for by SNI (RFC 6066 section 3); undefined when it has not, and of connections that we made. */
  get serverName(): string | undefined {
    const { socket, settings } = this;
    return settings.origin === 'downstream' && socket instanceof TLSSocket ? socket.servername || undefined : undefined;
  }

  /** What both ends have agreed upon by ALPN (RFC 7301); undefined when nothing was. Known of accepted connections only. */
  get applicationProtocol(): string | undefined {
    return this.settings.applicationProtocol;
  }

  /** Less is queued than the high watermark. After it was false it stays so until `onDrain`. Writing is still allowed. */
  get writable(): boolean {
    return !this.full && this.state === OPEN;
  }

  /** Bytes that the system has not taken yet. */
  get queuedBytes(): number {
    return this.gatheredBytes + this.writing.queuedBytes;
  }

  /** Queued; all that is written in a turn leaves at its end. Ignored after `end`, `close` and `destroy`, and when the peer is gone. */
  write(bytes: Bytes): void {
    if (this.state !== OPEN || bytes.length === 0) return;
    if (this.gathered === undefined) {
      this.gathered = bytes;
      turn.write(this);
    } else if (Array.isArray(this.gathered)) {
      const last = this.gathered.length - 1;
      const joined = joinedInPlace(this.gathered[last]!, bytes);
      if (joined === undefined) this.gathered.push(bytes);
      else this.gathered[last] = joined;
    } else {
      this.gathered = joinedInPlace(this.gathered, bytes) ?? [this.gathered, bytes];
    }
    this.gatheredBytes += bytes.length;
    this.bytesWritten += bytes.length;
    if (!this.full) this.full = this.queuedBytes >= this.settings.highWatermark;
  }

  /** Gives to the system what was gathered. Whoever writes need not call it. */
  flush(): void {
    const gathered = this.gathered;
    if (gathered === undefined || !this.connected) return;
    const bytes = this.gatheredBytes;
    this.gathered = undefined;
    this.gatheredBytes = 0;
    const joined = Array.isArray(gathered) && bytes <= gathered.length * JOIN_BYTES ? Buffer.concat(gathered, bytes) : gathered;
    // Only a full connection hears of its writes: a callback for each would cost more than all the rest here.
    this.writing.write(joined, bytes, this.full);
  }

  /** Stops `onRead` and `onReadEnd`. Counted: they go on when every pause has been resumed. */
  pause(): void {
    if (this.state < CLOSING && this.pauses++ === 0) this.socket.pause();
  }

  resume(): void {
    if (this.state >= CLOSING) return;
    if (this.pauses === 0) throw new Error('a connection was resumed more often than paused');
    if (--this.pauses > 0) return;
    if (this.arrived !== undefined || this.endArrived) turn.read(this);
    this.socket.resume();
  }

  /** Hands on what has arrived. Whoever owns the connection need not call it. */
  deliver(): void {
    const { arrived } = this;
    if (arrived !== undefined && this.pauses === 0) {
      this.arrived = undefined;
      if (this.state < CLOSING) this.owner.onRead(arrived);
      else this.discard(arrived);
    }
    if (!this.endArrived || this.pauses > 0) return;
    this.endArrived = false;
    if (this.state < CLOSING) this.owner.onReadEnd();
  }

  /** Nothing more will be written: flush, then FIN. Reading goes on; when the peer has ended too the connection closes. */
  end(): void {
    if (this.state !== OPEN) return;
    this.state = ENDED;
    if (!this.connected) return;
    this.flush();
    this.socket.end();
  }

  /**
   * All is said: flush, FIN, and what the peer still sends is thrown away until it has ended too, a time or a number of bytes at most.
   * A socket that is closed with bytes unread resets the connection, and the peer may lose our last answer (RFC 9112 section 9.6).
   * The owner hears nothing more but `onClose`.
   */
  close(): void {
    if (this.state >= CLOSING) return;
    if (!this.connected) {
      this.destroy(fault('cancelled', 'local', 'no', 'closed before it was connected'));
      return;
    }
    const { socket } = this;
    this.end();
    this.state = CLOSING;
    if (socket.writableFinished) {
      this.linger();
      return;
    }
    hearFlush(socket);
    if (this.writing.queuedBytes === 0) return;
    // Time is measured by the socket, which alone sees whether a long queue moves. What is read would count as movement too.
    socket.pause();
    this.writing.moved();
    socket.setTimeout(this.settings.lingerMs);
  }

  /**
   * Ends the connection at once, with an RST where it can: a FIN might be taken for the good end of a message. What is queued is lost.
   * The owner hears nothing more but `onClose`, with this fault.
   */
  destroy(reason: Fault): void {
    if (this.state === CLOSED) return;
    // After our FIN the system refuses to reset.
    const reset = this.state === OPEN && this.connected && this.settings.canReset;
    this.state = CLOSED;
    this.fault ??= reason;
    this.forget();
    if (reset) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  /** The connection fails with 'timeout' when it is not there in this time. */
  limitConnecting(ms: number): void {
    this.expireIn(ms, () => this.destroy(fault('timeout', this.settings.origin, 'no', `${this.remote} did not accept in ${ms} ms`)));
  }

  // From here on: what the socket tells. For nobody else to call.

  onSocketConnect(): void {
    this.connected = true;
    this.stopDeadline();
    this.local ??= formatEnd(this.socket.localAddress, this.socket.localPort);
    this.flush();
    if (this.state === ENDED) this.socket.end();
    this.owner.onConnect?.();
  }

  onSocketData(chunk: Bytes): void {
    this.bytesRead += chunk.length;
    if (this.arrived !== undefined) this.deliver();
    // A socket may have had more than one chunk on its way when it was paused.
    this.arrived = this.arrived === undefined ? chunk : Buffer.concat([this.arrived, chunk]);
    if (chunk.length < BULK_BYTES) turn.read(this);
    else this.deliver();
  }

  onWritten(): void {
    // Of those that are queued still each calls this again.
    if (!this.full || this.state !== OPEN || this.queuedBytes > this.settings.highWatermark / 2) return;
    this.full = false;
    this.owner.onDrain();
  }

  onSocketEnd(): void {
    this.endArrived = true;
    this.deliver();
  }

  onSocketFinish(): void {
    this.socket.setTimeout(0);
    if (this.state === CLOSING) this.linger();
  }

  onSocketTimeout(): void {
    if (this.writing.moved()) this.socket.setTimeout(this.settings.lingerMs);
    else this.destroy(fault('timeout', this.settings.origin, 'maybe', 'the peer did not take what was sent'));
  }

  onSocketError(error: Error): void {
    const { origin } = this.settings;
    this.fault ??= this.connected ? socketFault(error, origin) : connectFault(error, origin);
  }

  onSocketClose(): void {
    this.stopDeadline();
    if (this.state < CLOSING) this.fault ??= fault('closed', this.settings.origin, 'maybe', 'closed by the peer');
    this.state = CLOSED;
    this.forget();
    this.owner.onClose(this.fault ?? closedHere());
  }

  private forget(): void {
    this.gathered = this.arrived = undefined;
    this.gatheredBytes = 0;
    this.endArrived = false;
  }

  private expireIn(ms: number, then: () => void): void {
    this.deadline = new CallbackTimer(then);
    this.settings.timers.schedule(this.deadline, ms);
  }

  private stopDeadline(): void {
    if (this.deadline !== undefined) this.settings.timers.cancel(this.deadline);
    this.deadline = undefined;
  }

  /** Our FIN has left: now the peer's turn. */
  private linger(): void {
    if (this.socket.readableEnded) return;
    this.expireIn(this.settings.lingerMs, () => this.destroy(closedHere()));
    this.socket.resume();
  }

  private discard(chunk: Bytes): void {
    this.discardedBytes += chunk.length;
    if (this.discardedBytes > this.settings.lingerBytes) this.socket.pause();
  }
}

/** Both in one piece, where the second is large and stands behind the first in the same memory: parts of one read, passed on one by one. */
function joinedInPlace(first: Bytes, second: Bytes): Bytes | undefined {
  if (second.length < JOIN_BYTES || first.byteOffset + first.length !== second.byteOffset || first.buffer !== second.buffer)
    return undefined;
  return Buffer.from(first.buffer, first.byteOffset, first.length + second.length);
}

function formatEnd(host: string | undefined, port: number | undefined): string | undefined {
  return host === undefined || port === undefined ? undefined : formatHostAndPort(host, port);
}

function closedHere(): Fault {
  return fault('closed', 'local', 'maybe', 'closed here');
}
