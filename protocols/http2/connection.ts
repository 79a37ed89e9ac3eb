import { type Bytes, type Codec, type Fault, fault, type Transport } from 'meshloom/protocol';
import { ClosedStreams } from './closed-streams.ts';
import {
  ENHANCE_YOUR_CALM,
  errorName,
  FLOW_CONTROL_ERROR,
  faultCodeOf,
  goAwayCode,
  NO_ERROR,
  PROTOCOL_ERROR,
  STREAM_CLOSED,
} from './error-code.ts';
import { INITIAL_WINDOW } from './flow-window.ts';
import { FrameDispatch, type FrameOwner } from './frame-dispatch.ts';
import { FrameReader } from './frame-reader.ts';
import { goAwayFrame } from './frames/goaway.ts';
import { ping, pingAck } from './frames/ping.ts';
import { rstStream } from './frames/rst-stream.ts';
import { type Setting, settingsAck, settingsFrame } from './frames/settings.ts';
import { windowUpdate } from './frames/window-update.ts';
import { HpackDecoder } from './hpack/decoder.ts';
import { Inbound, type InboundOwner } from './inbound.ts';
import { HeaderBlock } from './limits/header-block.ts';
import { IdleFrames } from './limits/idle-frames.ts';
import { UnreadAnswers } from './limits/unread-answers.ts';
import { WindowUpdates } from './limits/window-updates.ts';
import type { Http2Options } from './options.ts';
import { Outbound, type OutboundOwner } from './outbound.ts';
import { PeerSettings } from './peer-settings.ts';
import type { Http2Stream, StreamOwner } from './stream.ts';
import { STREAM } from './stream-state.ts';
import { StreamTable } from './stream-table.ts';

/** One connection, as far as both sides of it are alike: its streams, its end, and all frames but HEADERS. */
export abstract class Http2Connection<Stream extends Http2Stream> implements Codec, FrameOwner, StreamOwner, InboundOwner, OutboundOwner {
  abstract readonly peer: 'downstream' | 'upstream';
  /** Nothing is read or written any more. */
  over = false;
  readonly inbound: Inbound;
  readonly outbound: Outbound;
  protected readonly transport: Transport;
  protected readonly options: Http2Options;
  protected readonly streams = new StreamTable<Stream>();
  protected readonly closedStreams = new ClosedStreams();
  protected readonly decoder: HpackDecoder;
  protected readonly peerSettings = new PeerSettings();
  protected readonly idleFrames: IdleFrames;
  protected readonly windowUpdates: WindowUpdates;
  /** No new streams; the connection closes when the last one is over. */
  protected leaving = false;
  private readonly reader: FrameReader;
  private readonly block: HeaderBlock;
  private readonly unreadAnswers: UnreadAnswers;
  private started = false;
  private settingsAcknowledged = false;
  private aborted = false;

  constructor(transport: Transport, options: Http2Options) {
    this.transport = transport;
    this.options = options;
    this.decoder = new HpackDecoder(options);
    this.block = new HeaderBlock(options.maxContinuations);
    this.idleFrames = new IdleFrames(options.maxIdleFrames);
    this.windowUpdates = new WindowUpdates(options.maxWindowUpdates);
    this.unreadAnswers = new UnreadAnswers(options.maxUnreadAnswers);
    this.inbound = new Inbound(transport, this, options);
    this.outbound = new Outbound(transport, this, options, this.windowUpdates);
    this.reader = new FrameReader(new FrameDispatch(this, this.inbound, this.decoder, this.block));
  }

  // ───────── what the roles differ in

  /** What is said first, before our SETTINGS. */
  protected abstract readonly firstBytes: Bytes;
  protected abstract ourSettings(): readonly Setting[];
  /** The highest stream of the peer that has been or will be worked on (RFC 9113 section 6.8). */
  protected abstract get lastStreamId(): number;
  protected abstract isIdle(streamId: number): boolean;
  protected abstract settingsChanged(): void;
  abstract resetCode(why: Fault): number;
  abstract settled(): void;
  abstract onHeaderBlock(streamId: number, endStream: boolean): void;
  abstract onGoAway(lastStreamId: number, errorCode: number): void;
  abstract onReset(streamId: number, errorCode: number): void;

  // ───────── Codec

  get activeStreams(): number {
    return this.streams.size;
  }

  get partial(): boolean {
    return !this.over && (this.reader.partial || this.block.open);
  }

  /** Says what must be said first (RFC 9113 section 3.4), once, and before all else. */
  start(): void {
    if (this.started || this.over) return;
    this.started = true;
    const first = [this.firstBytes, settingsFrame(this.ourSettings())];
    const increment = this.options.connectionWindowBytes - INITIAL_WINDOW;
    if (increment > 0) first.push(windowUpdate(0, increment));
    this.transport.write(Buffer.concat(first));
  }

  read(chunk: Bytes): void {
    this.start();
    if (!this.over) this.reader.read(chunk, 0);
  }

  readEnd(): void {
    if (this.over) return;
    if (this.activeStreams === 0 && !this.partial) this.close();
    else this.fail(fault(this.partial ? 'truncated' : 'closed', this.peer, 'maybe', 'the peer closed the connection'));
  }

  drained(): void {
    if (!this.over) this.outbound.drained();
  }

  goAway(): void {
    if (this.over || this.leaving) return;
    this.start();
    this.transport.write(goAwayFrame(this.lastStreamId, NO_ERROR, ''));
    this.leave();
  }

  abort(why: Fault): void {
    if (this.aborted) return;
    this.aborted = true;
    this.over = true;
    for (const stream of this.streams.all()) stream.endWith(why);
  }

  terminate(why: Fault): void {
    if (this.over) return;
    this.start();
    this.transport.write(goAwayFrame(this.lastStreamId, goAwayCode(why), why.detail));
    this.fail(why);
  }

  probe(): void {
    if (this.over) return;
    this.start();
    this.transport.write(ping());
  }

  // ───────── ends

  /** The peer broke the protocol: GOAWAY, and the connection is over (RFC 9113 section 5.4.1). */
  violated(errorCode: number, detail: string): void {
    if (this.over) return;
    this.transport.write(goAwayFrame(this.lastStreamId, errorCode, detail));
    this.fail(fault(faultCodeOf(errorCode), this.peer, 'maybe', `${errorName(errorCode)}: ${detail}`));
  }

  /** The peer broke a rule that concerns one stream (RFC 9113 section 5.4.2). */
  streamViolated(stream: Http2Stream, errorCode: number, detail: string): void {
    if (!this.answer()) return;
    this.writeReset(stream, errorCode);
    stream.endWith(fault(faultCodeOf(errorCode), this.peer, 'maybe', `${errorName(errorCode)}: ${detail}`));
  }

  writeReset(stream: Http2Stream, errorCode: number): void {
    if (this.over || stream.closed) return;
    if (stream.remoteOpen) this.closedStreams.rememberReset(stream.id);
    else this.closedStreams.rememberEnd(stream.id);
    stream.move(STREAM['send-reset']);
    this.transport.write(rstStream(stream.id, errorCode));
  }

  remove(stream: Http2Stream): void {
    this.streams.delete(stream.id);
    if (!this.closedStreams.wasResetHere(stream.id)) this.closedStreams.rememberEnd(stream.id);
  }

  protected leave(): void {
    this.leaving = true;
    this.closeIfIdle();
  }

  /** After the last stream of a connection that takes no new ones. */
  protected closeIfIdle(): void {
    if (this.leaving && !this.over && this.activeStreams === 0) this.close();
  }

  private close(): void {
    this.over = true;
    this.transport.close();
  }

  private fail(why: Fault): void {
    this.over = true;
    this.transport.fail(why);
    this.abort(why);
  }

  // ───────── frames

  receiver(streamId: number): Stream | undefined {
    return this.streams.get(streamId);
  }

  /** RST_STREAM for a stream that is there. */
  protected receiveReset(stream: Stream, errorCode: number): void {
    this.closedStreams.rememberPeerReset(stream.id);
    stream.receiveReset(errorCode);
  }

  onStrayData(streamId: number): void {
    if (this.isIdle(streamId)) this.violated(PROTOCOL_ERROR, `DATA on idle stream ${streamId}`);
    else if (this.closedStreams.wasResetHere(streamId) || this.wasNeverTaken(streamId)) this.onIdleFrame();
    else if (this.closedStreams.hasEnded(streamId)) this.violated(STREAM_CLOSED, `DATA on closed stream ${streamId}`);
    else this.refuse(streamId, STREAM_CLOSED);
  }

  onIdleFrame(): void {
    if (!this.idleFrames.received()) this.violated(ENHANCE_YOUR_CALM, 'too many frames without effect');
  }

  onSettings(bytes: Bytes, start: number, end: number): void {
    const { peerSettings } = this;
    const windowBefore = peerSettings.initialWindowSize;
    const violation = peerSettings.read(bytes, start, end, this.peer === 'upstream');
    if (violation !== undefined) this.violated(violation.errorCode, violation.detail);
    else if (this.answer()) this.obeySettings(peerSettings.initialWindowSize - windowBefore);
  }

  private obeySettings(growth: number): void {
    this.transport.write(settingsAck());
    this.limitOutbound();
    if (growth !== 0 && !this.growWindows(growth)) return;
    this.settingsChanged();
  }

  protected limitOutbound(): void {
    const { peerSettings } = this;
    this.outbound.encoder.limitTable(peerSettings.headerTableSize);
    this.outbound.limitFrames(peerSettings.maxFrameSize);
  }

  onSettingsAck(): void {
    this.settingsAcknowledged = true;
  }

  onPing(bytes: Bytes, start: number): void {
    if (this.answer()) this.transport.write(pingAck(bytes, start));
  }

  onWindowUpdate(streamId: number, increment: number): void {
    const stream = this.streams.get(streamId);
    if (!this.windowUpdates.received()) {
      this.violated(ENHANCE_YOUR_CALM, 'too many WINDOW_UPDATE frames');
    } else if (streamId === 0) {
      if (increment === 0) this.violated(PROTOCOL_ERROR, 'WINDOW_UPDATE by 0');
      else if (!this.outbound.window.grow(increment)) this.violated(FLOW_CONTROL_ERROR, "the connection's window overflows");
      else this.outbound.flush();
    } else if (stream === undefined) {
      if (this.isIdle(streamId)) this.violated(PROTOCOL_ERROR, `WINDOW_UPDATE on idle stream ${streamId}`);
      else this.onIdleFrame();
    } else if (increment === 0) {
      this.streamViolated(stream, PROTOCOL_ERROR, 'WINDOW_UPDATE by 0');
    } else if (!stream.sending.window.grow(increment)) {
      this.streamViolated(stream, FLOW_CONTROL_ERROR, "the stream's window overflows");
    } else {
      this.outbound.resume(stream);
      this.outbound.flush();
    }
  }

  // ───────── for the roles

  /** RFC 9113 section 6.5.3: until our SETTINGS are acknowledged the peer may go by the values before. */
  protected get streamWindowBytes(): number {
    const { streamWindowBytes } = this.options;
    return this.settingsAcknowledged ? streamWindowBytes : Math.max(streamWindowBytes, INITIAL_WINDOW);
  }

  /** Refuses a stream that there is no object for. */
  protected refuse(streamId: number, errorCode: number): void {
    if (!this.answer()) return;
    this.closedStreams.rememberReset(streamId);
    this.transport.write(rstStream(streamId, errorCode));
  }

  /** Something is about to be written that the peer made us write. False when it does not read such, and the connection is over. */
  protected answer(): boolean {
    if (this.over) return false;
    if (this.unreadAnswers.answering(this.transport.writable)) return true;
    this.violated(ENHANCE_YOUR_CALM, 'too many answers that are not read');
    return false;
  }

  /** Whether the stream came after we had said that we take no new ones. */
  protected wasNeverTaken(_streamId: number): boolean {
    return false;
  }

  /** RFC 9113 section 6.9.2: a new initial window changes that of all open streams. */
  private growWindows(growth: number): boolean {
    for (const stream of this.streams.all()) {
      if (!stream.sending.window.grow(growth)) {
        this.violated(FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE makes a stream's window overflow");
        return false;
      }
      this.outbound.resume(stream);
    }
    this.outbound.flush();
    return true;
  }
}
