import type { Bytes } from 'meshloom/protocol';
import { COMPRESSION_ERROR, ENHANCE_YOUR_CALM, FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR } from './error-code.ts';
import type { FrameSink } from './frame-reader.ts';
import {
  ACK,
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  type FrameHeader,
  GOAWAY,
  HEADERS,
  PING,
  PRIORITY,
  PUSH_PROMISE,
  RST_STREAM,
  readUint32,
  SETTINGS,
  WINDOW_UPDATE,
} from './frames/frame-header.ts';
import { GOAWAY_BYTES, goAwayErrorCode, goAwayLastStreamId } from './frames/goaway.ts';
import { HeadersPayload } from './frames/headers.ts';
import { PING_BYTES } from './frames/ping.ts';
import { PRIORITY_BYTES, priorityDependency } from './frames/priority.ts';
import { RST_STREAM_BYTES } from './frames/rst-stream.ts';
import { SETTING_BYTES } from './frames/settings.ts';
import { WINDOW_UPDATE_BYTES, windowIncrement } from './frames/window-update.ts';
import type { HpackDecoder } from './hpack/decoder.ts';
import type { Inbound } from './inbound.ts';
import type { HeaderBlock } from './limits/header-block.ts';

/** What frames mean to the connection, once their form is right. */
export interface FrameOwner {
  readonly over: boolean;
  violated(errorCode: number, detail: string): void;
  /** A header block has been decoded: its lines are in the decoder. */
  onHeaderBlock(streamId: number, endStream: boolean): void;
  onReset(streamId: number, errorCode: number): void;
  onSettings(bytes: Bytes, start: number, end: number): void;
  onSettingsAck(): void;
  onPing(bytes: Bytes, start: number): void;
  onGoAway(lastStreamId: number, errorCode: number): void;
  onWindowUpdate(streamId: number, increment: number): void;
  /** A frame that changes nothing. */
  onIdleFrame(): void;
}

/** Sees to the form and the order of frames (RFC 9113 section 6), and tells the connection what they say. */
export class FrameDispatch implements FrameSink {
  private readonly owner: FrameOwner;
  private readonly inbound: Inbound;
  private readonly decoder: HpackDecoder;
  private readonly block: HeaderBlock;
  private readonly headers = new HeadersPayload();
  private settingsReceived = false;

  constructor(owner: FrameOwner, inbound: Inbound, decoder: HpackDecoder, block: HeaderBlock) {
    this.owner = owner;
    this.inbound = inbound;
    this.decoder = decoder;
    this.block = block;
  }

  get over(): boolean {
    return this.owner.over;
  }

  onDataFrame(frame: FrameHeader): void {
    if (this.inOrder(frame)) this.inbound.onFrame(frame);
  }

  onDataRun(bytes: Bytes, start: number, end: number, last: boolean): void {
    this.inbound.onRun(bytes, start, end, last);
  }

  onUnknownFrame(frame: FrameHeader): void {
    if (this.inOrder(frame)) this.owner.onIdleFrame();
  }

  onOversizedFrame(frame: FrameHeader): void {
    this.owner.violated(FRAME_SIZE_ERROR, `frame of ${frame.length} bytes`);
  }

  onFrame(frame: FrameHeader, bytes: Bytes, start: number, end: number): void {
    if (!this.inOrder(frame)) return;
    switch (frame.type) {
      case HEADERS:
        this.onHeaders(frame, bytes, start, end);
        break;
      case CONTINUATION:
        this.onContinuation(frame, bytes, start, end);
        break;
      case PRIORITY:
        this.onPriority(frame, bytes, start);
        break;
      case RST_STREAM:
        if (this.hasForm(frame, RST_STREAM_BYTES, true)) this.owner.onReset(frame.streamId, readUint32(bytes, start));
        break;
      case SETTINGS:
        this.onSettings(frame, bytes, start, end);
        break;
      case PING:
        // An answer is not looked at: whatever comes shows that the peer lives.
        if (this.hasForm(frame, PING_BYTES, false) && !frame.has(ACK)) this.owner.onPing(bytes, start);
        break;
      case GOAWAY:
        this.onGoAway(frame, bytes, start);
        break;
      case WINDOW_UPDATE:
        if (frame.length === WINDOW_UPDATE_BYTES) this.owner.onWindowUpdate(frame.streamId, windowIncrement(bytes, start));
        else this.wrongSize(frame);
        break;
      case PUSH_PROMISE:
        // RFC 9113 section 6.6: clients must not send it, and we have switched it off for servers.
        this.owner.violated(PROTOCOL_ERROR, 'PUSH_PROMISE');
        break;
    }
  }

  private inOrder(frame: FrameHeader): boolean {
    // RFC 9113 section 6.10: within a header block nothing else may come.
    if (this.block.open && (frame.type !== CONTINUATION || frame.streamId !== this.block.streamId)) {
      this.owner.violated(PROTOCOL_ERROR, `frame of type ${frame.type} within a header block`);
      return false;
    }
    if (this.settingsReceived) return true;
    // RFC 9113 section 3.4: the preface of both sides ends with, or is, SETTINGS.
    if (frame.type !== SETTINGS || frame.has(ACK)) {
      this.owner.violated(PROTOCOL_ERROR, 'the first frame is not SETTINGS');
      return false;
    }
    this.settingsReceived = true;
    return true;
  }

  /** A frame of fixed length, which belongs to a stream or to the connection. */
  private hasForm(frame: FrameHeader, length: number, ofStream: boolean): boolean {
    if ((frame.streamId !== 0) !== ofStream) {
      this.wrongStream(frame);
      return false;
    }
    if (frame.length !== length) {
      this.wrongSize(frame);
      return false;
    }
    return true;
  }

  private wrongSize(frame: FrameHeader): void {
    this.owner.violated(FRAME_SIZE_ERROR, `frame of type ${frame.type} of ${frame.length} bytes`);
  }

  private wrongStream(frame: FrameHeader): void {
    this.owner.violated(PROTOCOL_ERROR, `frame of type ${frame.type} on stream ${frame.streamId}`);
  }

  private onHeaders(frame: FrameHeader, bytes: Bytes, start: number, end: number): void {
    const { headers } = this;
    const { streamId } = frame;
    const endStream = frame.has(END_STREAM);
    const wrong = headers.read(frame, bytes, start, end);
    if (streamId === 0) this.wrongStream(frame);
    else if (wrong !== NO_ERROR) this.owner.violated(wrong, 'HEADERS with more padding or priority than payload');
    else if (headers.dependency === streamId) this.dependsOnItself();
    else if (frame.has(END_HEADERS)) this.decode(streamId, endStream, bytes, headers.start, headers.end);
    else if (!this.block.begin(streamId, endStream, bytes, headers.start, headers.end)) this.tooMuch();
  }

  private onContinuation(frame: FrameHeader, bytes: Bytes, start: number, end: number): void {
    const { block } = this;
    if (!block.open) {
      this.owner.violated(PROTOCOL_ERROR, 'CONTINUATION without HEADERS');
    } else if (!block.add(bytes, start, end)) {
      this.tooMuch();
    } else if (frame.has(END_HEADERS)) {
      const { streamId, endStream } = block;
      const all = block.take();
      this.decode(streamId, endStream, all, 0, all.length);
    }
  }

  private dependsOnItself(): void {
    this.owner.violated(PROTOCOL_ERROR, 'a stream that depends on itself');
  }

  private tooMuch(): void {
    this.owner.violated(ENHANCE_YOUR_CALM, 'a header block in too many CONTINUATION frames');
  }

  private decode(streamId: number, endStream: boolean, block: Bytes, start: number, end: number): void {
    if (this.decoder.decode(block, start, end)) this.owner.onHeaderBlock(streamId, endStream);
    else this.owner.violated(COMPRESSION_ERROR, 'invalid header block');
  }

  private onPriority(frame: FrameHeader, bytes: Bytes, start: number): void {
    if (!this.hasForm(frame, PRIORITY_BYTES, true)) return;
    if (priorityDependency(bytes, start) === frame.streamId) this.dependsOnItself();
    else this.owner.onIdleFrame();
  }

  private onSettings(frame: FrameHeader, bytes: Bytes, start: number, end: number): void {
    const ack = frame.has(ACK);
    if (frame.streamId !== 0) this.wrongStream(frame);
    else if (ack ? frame.length !== 0 : frame.length % SETTING_BYTES !== 0) this.wrongSize(frame);
    else if (ack) this.owner.onSettingsAck();
    else this.owner.onSettings(bytes, start, end);
  }

  private onGoAway(frame: FrameHeader, bytes: Bytes, start: number): void {
    if (frame.streamId !== 0) this.wrongStream(frame);
    else if (frame.length < GOAWAY_BYTES) this.wrongSize(frame);
    else this.owner.onGoAway(goAwayLastStreamId(bytes, start), goAwayErrorCode(bytes, start));
  }
}
