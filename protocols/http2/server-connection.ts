import { type Bytes, type Codec, EMPTY, type Fault, FieldList, type HandOver, type ServerHost } from 'meshloom/protocol';
import { Http2Connection } from './connection.ts';
import { ENHANCE_YOUR_CALM, NO_ERROR, PROTOCOL_ERROR, REFUSED_STREAM, STREAM_CLOSED, serverResetCode } from './error-code.ts';
import { rstStream } from './frames/rst-stream.ts';
import {
  ENABLE_CONNECT_PROTOCOL,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  MAX_HEADER_LIST_SIZE,
  type Setting,
} from './frames/settings.ts';
import { RapidReset } from './limits/rapid-reset.ts';
import type { Http2Options } from './options.ts';
import { PREFACE } from './preface.ts';
import { type Http2RequestHead, requestHead } from './request-head.ts';
import { trailerFields } from './response-head.ts';
import { Http2ServerStream } from './server-stream.ts';
import type { Http2Stream } from './stream.ts';
import { firstRequest, settingsOf } from './upgrade.ts';

const REQUEST_HEADER_FIELDS_TOO_LARGE = 431;

/** The side that a client connects to. */
export class Http2ServerConnection extends Http2Connection<Http2ServerStream> implements Codec {
  readonly peer = 'downstream';
  protected readonly firstBytes: Bytes = EMPTY;
  private readonly host: ServerHost;
  private readonly rapidReset: RapidReset;
  /** How much of the client's preface has come. */
  private prefaceBytes = 0;
  /** The highest id that the client has used. */
  private highestId = 0;
  /** The request that the connection came with, when it began in HTTP/1.1: stream 1, once we have said our preface. */
  private first: Http2RequestHead | undefined = undefined;
  /** The last stream that is worked on, once we have said that there will be no more. */
  private lastTakenId = 0;

  constructor(host: ServerHost, options: Http2Options) {
    super(host, options);
    this.host = host;
    this.rapidReset = new RapidReset(options.maxResets);
  }

  override get partial(): boolean {
    return super.partial || (!this.over && this.prefaceBytes > 0 && this.prefaceBytes < PREFACE.length);
  }

  override read(chunk: Bytes): void {
    if (this.prefaceBytes === PREFACE.length) {
      super.read(chunk);
      return;
    }
    this.start();
    if (this.over) return;
    const taken = Math.min(PREFACE.length - this.prefaceBytes, chunk.length);
    if (PREFACE.compare(chunk, 0, taken, this.prefaceBytes, this.prefaceBytes + taken) !== 0) {
      this.violated(PROTOCOL_ERROR, 'no HTTP/2 connection preface');
      return;
    }
    this.prefaceBytes += taken;
    if (taken < chunk.length) super.read(chunk.subarray(taken));
  }

  override start(): void {
    super.start();
    const { first } = this;
    if (first === undefined || this.over) return;
    this.first = undefined;
    this.highestId = 1;
    this.openStream(1, first, true);
  }

  /** Begins as RFC 7540 section 3.2 has it. False when the client's settings cannot be. */
  takeOver(settings: Bytes, first: Http2RequestHead): boolean {
    // There is nothing to acknowledge: that we go on in HTTP/2 is the answer (RFC 7540 section 3.2.1).
    if (this.peerSettings.read(settings, 0, settings.length, false) !== undefined) return false;
    this.limitOutbound();
    this.first = first;
    return true;
  }

  override goAway(): void {
    if (!this.leaving) this.lastTakenId = this.highestId;
    super.goAway();
  }

  resetCode(why: Fault): number {
    return serverResetCode(why);
  }

  settled(): void {
    this.closeIfIdle();
  }

  override remove(stream: Http2Stream): void {
    super.remove(stream);
    if ((stream as Http2ServerStream).answered) this.rapidReset.answered();
  }

  override streamViolated(stream: Http2Stream, errorCode: number, detail: string): void {
    super.streamViolated(stream, errorCode, detail);
    this.countUnanswered(stream as Http2ServerStream);
  }

  onReset(streamId: number, errorCode: number): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      if (this.isIdle(streamId)) this.violated(PROTOCOL_ERROR, `RST_STREAM on idle stream ${streamId}`);
      else this.onIdleFrame();
      return;
    }
    this.receiveReset(stream, errorCode);
    this.countUnanswered(stream);
  }

  onGoAway(): void {
    // The client opens no more streams that it wants answered (RFC 9113 section 6.8). What is open goes on.
    if (!this.leaving) this.lastTakenId = this.highestId;
    this.leave();
  }

  onHeaderBlock(streamId: number, endStream: boolean): void {
    const stream = this.streams.get(streamId);
    if (stream !== undefined) {
      if (!stream.remoteOpen) this.streamViolated(stream, STREAM_CLOSED, 'HEADERS after END_STREAM');
      else if (this.decoder.tooLarge) this.streamViolated(stream, ENHANCE_YOUR_CALM, 'trailers too large');
      else stream.trailersReceived(trailerFields(this.decoder.lines, this.decoder.count), endStream);
    } else if ((streamId & 1) === 0) {
      this.violated(PROTOCOL_ERROR, `a client's stream ${streamId}`);
    } else if (streamId > this.highestId) {
      this.highestId = streamId;
      this.begin(streamId, endStream);
    } else {
      this.onStrayHeaders(streamId);
    }
  }

  protected ourSettings(): readonly Setting[] {
    const { options } = this;
    return [
      [MAX_CONCURRENT_STREAMS, options.maxConcurrentStreams],
      [INITIAL_WINDOW_SIZE, options.streamWindowBytes],
      [MAX_HEADER_LIST_SIZE, options.maxHeadBytes],
      [ENABLE_CONNECT_PROTOCOL, options.connectProtocol ? 1 : 0],
    ];
  }

  protected get lastStreamId(): number {
    return this.leaving ? this.lastTakenId : this.highestId;
  }

  protected isIdle(streamId: number): boolean {
    return streamId > this.highestId || (streamId & 1) === 0;
  }

  protected settingsChanged(): void {}

  protected override wasNeverTaken(streamId: number): boolean {
    return this.leaving && streamId > this.lastTakenId;
  }

  /** RFC 9113 section 5.1 and 5.1.1: trailers may have been on their way when the stream was reset; ids never go back. */
  private onStrayHeaders(streamId: number): void {
    if (this.closedStreams.wasResetHere(streamId) || this.wasNeverTaken(streamId)) this.onIdleFrame();
    else if (this.closedStreams.wasResetByPeer(streamId)) this.refuse(streamId, STREAM_CLOSED);
    else if (this.closedStreams.hasEnded(streamId)) this.violated(STREAM_CLOSED, `HEADERS on closed stream ${streamId}`);
    else this.violated(PROTOCOL_ERROR, `stream ${streamId} after stream ${this.highestId}`);
  }

  private begin(streamId: number, endStream: boolean): void {
    // RFC 9113 section 6.8: the client knows from our GOAWAY that nothing was done about it.
    if (this.leaving) {
      this.onIdleFrame();
      return;
    }
    this.idleFrames.streamBegan();
    this.windowUpdates.streamBegan();
    if (this.streams.size >= this.options.maxConcurrentStreams) this.decline(streamId, REFUSED_STREAM);
    else if (this.decoder.tooLarge) this.declineHead(streamId, endStream);
    else this.serve(streamId, endStream);
  }

  private serve(streamId: number, endStream: boolean): void {
    const head = requestHead(this.decoder.lines, this.decoder.count, this.options.connectProtocol);
    // RFC 9113 section 8.1.1.
    if (typeof head === 'string' || (endStream && head.contentLength > 0)) {
      this.decline(streamId, PROTOCOL_ERROR);
      return;
    }
    this.openStream(streamId, head, endStream);
  }

  private openStream(streamId: number, head: Http2RequestHead, endStream: boolean): void {
    const stream = new Http2ServerStream(streamId, this, head, endStream, this.peerSettings.initialWindowSize, this.streamWindowBytes);
    this.streams.add(stream);
    stream.handleWith(this.host.onRequest(stream, head, endStream));
  }

  /** A request that nobody is told of. */
  private decline(streamId: number, errorCode: number): void {
    this.refuse(streamId, errorCode);
    this.countReset();
  }

  /** A head past our limits gets its answer, although the request has not been understood. */
  private declineHead(streamId: number, endStream: boolean): void {
    if (!this.answer()) return;
    this.outbound.response(streamId, REQUEST_HEADER_FIELDS_TOO_LARGE, new FieldList(), false, true);
    if (endStream) {
      this.closedStreams.rememberEnd(streamId);
    } else {
      this.closedStreams.rememberReset(streamId);
      this.transport.write(rstStream(streamId, NO_ERROR));
    }
    this.countReset();
  }

  private countUnanswered(stream: Http2ServerStream): void {
    if (!stream.answered) this.countReset();
  }

  private countReset(): void {
    if (!this.rapidReset.unanswered()) this.violated(ENHANCE_YOUR_CALM, 'too many streams reset without an answer');
  }
}

/** A connection of HTTP/1.1 whose client asks for HTTP/2 without TLS, as it may (RFC 7540 section 3.2); undefined when it does so wrongly. */
export function takenOver(host: ServerHost, options: Http2Options, offer: HandOver): Http2ServerConnection | undefined {
  const settings = host.secure ? undefined : settingsOf(offer.connectionFields);
  if (settings === undefined) return undefined;
  const connection = new Http2ServerConnection(host, options);
  return connection.takeOver(settings, firstRequest(offer)) ? connection : undefined;
}
