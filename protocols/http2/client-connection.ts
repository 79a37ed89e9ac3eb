import {
  type Bytes,
  type ClientCodec,
  type ClientHost,
  type ClientStream,
  type Fault,
  fault,
  type ResponseHandler,
} from 'meshloom/protocol';
import { type ClientStreamOwner, Http2ClientStream } from './client-stream.ts';
import { Http2Connection } from './connection.ts';
import { clientResetCode, ENHANCE_YOUR_CALM, errorName, PROTOCOL_ERROR, STREAM_CLOSED } from './error-code.ts';
import { MAX_31_BITS } from './frames/frame-header.ts';
import { ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE, type Setting } from './frames/settings.ts';
import type { Http2Options } from './options.ts';
import { PREFACE } from './preface.ts';
import { responseHead, trailerFields } from './response-head.ts';
import type { Http2Stream } from './stream.ts';

/** How many streams are opened before the server has said how many it takes: what RFC 9113 section 6.5.2 recommends as the least. */
const STREAMS_BEFORE_SETTINGS = 100;

/** The side that connects to a server. */
export class Http2ClientConnection extends Http2Connection<Http2ClientStream> implements ClientCodec, ClientStreamOwner {
  readonly peer = 'upstream';
  protected readonly firstBytes: Bytes = PREFACE;
  private readonly host: ClientHost;
  /** Open here and not yet on the wire: an id is taken when the head is written, for ids must come in order. */
  private readonly unsent: Http2ClientStream[] = [];
  private nextId: number;

  /** `firstId` is 1 but for tests. */
  constructor(host: ClientHost, options: Http2Options, firstId = 1) {
    super(host, options);
    this.host = host;
    this.nextId = firstId;
  }

  override get activeStreams(): number {
    return this.streams.size + this.unsent.length;
  }

  get room(): number {
    if (this.leaving || this.over) return 0;
    const { known, maxConcurrentStreams } = this.peerSettings;
    const peerLimit = known ? maxConcurrentStreams : STREAMS_BEFORE_SETTINGS;
    const idsLeft = (MAX_31_BITS - this.nextId) / 2 + 1 - this.unsent.length;
    return Math.max(0, Math.min(Math.min(peerLimit, this.options.maxUpstreamStreams) - this.activeStreams, idsLeft));
  }

  open(handler: ResponseHandler): ClientStream {
    const stream = new Http2ClientStream(this, handler, this.peerSettings.initialWindowSize, this.streamWindowBytes);
    this.unsent.push(stream);
    return stream;
  }

  get connectProtocol(): 'yes' | 'no' | 'later' {
    if (this.peerSettings.connectProtocol) return 'yes';
    // What asks is to be asked: without a preface of ours the server need not say anything.
    this.start();
    return this.peerSettings.known ? 'no' : 'later';
  }

  enter(stream: Http2ClientStream): void {
    this.start();
    this.forgetUnsent(stream);
    stream.id = this.nextId;
    this.nextId += 2;
    this.streams.add(stream);
    this.idleFrames.streamBegan();
    this.windowUpdates.streamBegan();
    // RFC 9113 section 5.1.1: ids are used once; another connection has new ones.
    if (this.nextId > MAX_31_BITS && !this.leaving) this.stopOpening();
  }

  override remove(stream: Http2Stream): void {
    if (stream.id === 0) this.forgetUnsent(stream as Http2ClientStream);
    else super.remove(stream);
  }

  override abort(why: Fault): void {
    super.abort(why);
    for (const stream of [...this.unsent]) stream.endWith(why);
  }

  resetCode(why: Fault): number {
    return clientResetCode(why);
  }

  settled(): void {
    this.closeIfIdle();
    if (this.room > 0) this.host.onRoom();
  }

  onReset(streamId: number, errorCode: number): void {
    const stream = this.streams.get(streamId);
    if (stream !== undefined) this.receiveReset(stream, errorCode);
    else if (this.isIdle(streamId)) this.violated(PROTOCOL_ERROR, `RST_STREAM on idle stream ${streamId}`);
    else this.onIdleFrame();
  }

  onGoAway(lastStreamId: number, errorCode: number): void {
    if (!this.leaving) this.stopOpening();
    // RFC 9113 section 6.8: nothing was done about streams above the last one; those up to it may still be answered.
    const why = fault('going-away', 'upstream', 'no', `GOAWAY ${errorName(errorCode)}`);
    for (const stream of this.streams.all()) {
      if (stream.id <= lastStreamId) continue;
      // What the server sends on it all the same is dropped.
      this.closedStreams.rememberReset(stream.id);
      stream.endWith(why);
    }
    for (const stream of [...this.unsent]) stream.endWith(why);
    this.closeIfIdle();
  }

  onHeaderBlock(streamId: number, endStream: boolean): void {
    const stream = this.streams.get(streamId);
    const { decoder } = this;
    if (stream === undefined) {
      if (this.isIdle(streamId)) this.violated(PROTOCOL_ERROR, `HEADERS on idle stream ${streamId}`);
      else this.onIdleFrame();
    } else if (!stream.remoteOpen) {
      this.streamViolated(stream, STREAM_CLOSED, 'HEADERS after END_STREAM');
    } else if (decoder.tooLarge) {
      this.streamViolated(stream, ENHANCE_YOUR_CALM, 'head or trailers of a response too large');
    } else if (stream.awaitsHead) {
      stream.responseReceived(responseHead(decoder.lines, decoder.count), endStream);
    } else {
      stream.trailersReceived(trailerFields(decoder.lines, decoder.count), endStream);
    }
  }

  protected ourSettings(): readonly Setting[] {
    const { options } = this;
    return [
      [ENABLE_PUSH, 0],
      [INITIAL_WINDOW_SIZE, options.streamWindowBytes],
      [MAX_HEADER_LIST_SIZE, options.maxHeadBytes],
    ];
  }

  /** Servers open no streams here. */
  protected get lastStreamId(): number {
    return 0;
  }

  protected isIdle(streamId: number): boolean {
    return streamId >= this.nextId || (streamId & 1) === 0;
  }

  protected settingsChanged(): void {
    for (const stream of [...this.unsent]) stream.settingsKnown();
    if (this.room > 0) this.host.onRoom();
  }

  private stopOpening(): void {
    this.leaving = true;
    this.host.onGoAway();
  }

  private forgetUnsent(stream: Http2ClientStream): void {
    // The usual one was opened last.
    if (this.unsent.at(-1) === stream) this.unsent.pop();
    else this.unsent.splice(this.unsent.indexOf(stream), 1);
  }
}
