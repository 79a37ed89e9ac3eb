import type { Bytes } from '../base/bytes.ts';
import { type Fault, fault } from '../base/fault.ts';
import type { ClientCodec } from './codec.ts';
import { FrameAnswering } from './frame-answering.ts';
import { FrameAsking } from './frame-asking.ts';
import type { FrameConnection, FrameHost } from './frame-connection.ts';
import type { FramedHead, FrameFormat } from './frame-format.ts';
import { FrameReader, type FrameSink } from './frame-reader.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { ClientStream, ResponseHandler } from './stream.ts';

/**
 * One connection of a frame protocol. Such protocols are the same from both ends: each may ask and answer, so that one class serves the
 * calling and the called side, and they differ in what their owners take.
 */
export class FrameCodec<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>
  implements ClientCodec, FrameConnection<Request, Response>, FrameSink
{
  readonly format: FrameFormat<Request, Response>;
  readonly host: FrameHost;
  readonly peer: 'downstream' | 'upstream';
  /** Present when the format can ask for a sign of life. */
  readonly probe?: () => void;
  dead = false;
  leaving = false;
  private full = false;
  /** Bytes of messages since the peer does not read. */
  private unreadBytes = 0;
  private readonly reader: FrameReader;
  private readonly asking: FrameAsking<Request, Response>;
  private readonly answering: FrameAnswering<Request, Response>;

  constructor(format: FrameFormat<Request, Response>, host: FrameHost, peer: 'downstream' | 'upstream') {
    this.format = format;
    this.host = host;
    this.peer = peer;
    this.reader = new FrameReader(format, this);
    this.asking = new FrameAsking(this);
    this.answering = new FrameAnswering(this);
    if (format.heartbeatAsk !== undefined) this.probe = () => this.askForLife();
  }

  get activeStreams(): number {
    return this.asking.active + this.answering.active;
  }

  get partial(): boolean {
    return this.reader.partial;
  }

  get room(): number {
    return this.leaving || this.dead ? 0 : Math.max(0, this.format.room - this.asking.active);
  }

  open(handler: ResponseHandler): ClientStream {
    return this.asking.open(handler);
  }

  read(chunk: Bytes): void {
    if (this.dead || this.reader.read(chunk) || this.dead) return;
    this.host.fail(fault('malformed', this.peer, 'maybe', `bytes that begin no frame of ${this.format.name}`));
  }

  onFrame(frame: Bytes): void {
    switch (this.format.kind(frame)) {
      case 'request':
      case 'one-way':
        this.answering.onRequest(frame);
        break;
      case 'response':
        this.asking.onResponse(frame);
        break;
      case 'heartbeat-ask':
        // A peer that does not read its bytes needs none of these either: it sees that we live by what it has not read.
        if (this.host.writable) this.write(this.format.heartbeatReply(frame));
        break;
      case 'go-away':
        // From the calling side it would forbid us to ask; what the caller asks is still answered.
        if (this.peer === 'upstream') this.peerLeaves();
        break;
      case 'heartbeat-reply':
      case 'skip':
        break;
    }
  }

  onOversizeFrame(prefix: Bytes, frameBytes: number): void {
    switch (this.format.kind(prefix)) {
      case 'request':
      case 'one-way':
        this.answering.onOversizeRequest(prefix, frameBytes);
        break;
      case 'response':
        this.asking.onOversizeResponse(prefix, frameBytes);
        break;
      default:
        break;
    }
  }

  readEnd(): void {
    if (this.dead) return;
    if (this.reader.partial) this.host.fail(fault('truncated', this.peer, 'maybe', 'the connection ended within a frame'));
    else if (this.asking.active > 0) this.host.fail(fault('closed', this.peer, 'maybe', 'the connection ended before its answers came'));
    else {
      // What was asked is still answered: the peer may have closed only its own direction.
      this.leaving = true;
      this.closeWhenDone();
    }
  }

  drained(): void {
    this.unreadBytes = 0;
    if (this.full) {
      this.full = false;
      this.host.resume();
    }
    this.asking.waiting.drained();
    this.answering.waiting.drained();
  }

  goAway(): void {
    if (this.leaving || this.dead) return;
    this.leaving = true;
    const frame = this.peer === 'downstream' ? this.format.goAway?.() : undefined;
    if (frame !== undefined) this.write(frame);
    this.closeWhenDone();
  }

  abort(why: Fault): void {
    if (this.dead) return;
    this.dead = true;
    this.reader.stop();
    this.asking.abort(why);
    this.answering.abort(why);
  }

  terminate(why: Fault): void {
    if (!this.dead) this.host.fail(why);
  }

  write(frame: Bytes): void {
    if (this.dead) return;
    this.host.write(frame);
    this.written();
  }

  /** A peer that does not read its answers is not read either: what waits for it stays within what it had asked before. */
  written(): void {
    if (this.full || this.host.writable || this.peer === 'upstream') return;
    this.full = true;
    this.host.pause();
  }

  /**
   * One connection to the called side carries the messages of many callers, and a caller asks more than one of the called: nobody can be
   * stopped for the sake of one that is slow.
   */
  takes(bytes: number): boolean {
    if (this.host.writable) return true;
    const { maxUnreadBytes } = this.format;
    if (maxUnreadBytes !== undefined && this.unreadBytes + bytes > maxUnreadBytes) return false;
    this.unreadBytes += bytes;
    return true;
  }

  /** Called once for each stream that is over, after its last callback. */
  streamEnded(): void {
    if (this.dead) return;
    if (this.leaving) this.closeWhenDone();
    else this.host.onRoom?.();
  }

  private peerLeaves(): void {
    if (this.leaving) return;
    this.leaving = true;
    this.host.onGoAway?.(true);
    this.closeWhenDone();
  }

  private closeWhenDone(): void {
    if (!this.leaving || this.dead || this.activeStreams > 0) return;
    this.dead = true;
    this.reader.stop();
    this.host.close();
  }

  private askForLife(): void {
    const ask = this.dead || !this.host.writable ? undefined : this.format.heartbeatAsk?.();
    if (ask === undefined) return;
    this.format.setId(ask, 0, this.asking.takeId());
    this.host.write(ask);
  }
}
