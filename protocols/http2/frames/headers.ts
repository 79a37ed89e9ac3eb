import type { Bytes, Transport } from 'meshloom/protocol';
import { FRAME_SIZE_ERROR, NO_ERROR, PROTOCOL_ERROR } from '../error-code.ts';
import { copyBytes } from './copy.ts';
import {
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  HAS_PRIORITY,
  HEADERS,
  PADDED,
  readUint31,
  writeFrameHeader,
} from './frame-header.ts';
import { PRIORITY_BYTES } from './priority.ts';

/** Where in a HEADERS payload the fragment of the header block is (RFC 9113 section 6.2). One object is read into again and again. */
export class HeadersPayload {
  start = 0;
  end = 0;
  /** The stream that this one depends on, which we only check (RFC 9113 section 5.3.2: priority is deprecated); -1 when it is not said. */
  dependency = -1;

  /** The error of the connection, or NO_ERROR. */
  read(frame: FrameHeader, bytes: Bytes, start: number, end: number): number {
    this.start = start;
    this.end = end;
    this.dependency = -1;
    if (frame.has(PADDED)) {
      if (start === end) return FRAME_SIZE_ERROR;
      this.start++;
      this.end -= bytes[start]!;
    }
    if (frame.has(HAS_PRIORITY)) {
      if (this.start + PRIORITY_BYTES > end) return FRAME_SIZE_ERROR;
      this.dependency = readUint31(bytes, this.start);
      this.start += PRIORITY_BYTES;
    }
    return this.start <= this.end ? NO_ERROR : PROTOCOL_ERROR;
  }
}

/**
 * Writes a header block, which stands in `bytes[FRAME_HEADER_BYTES, end)`, as HEADERS and as many CONTINUATION frames as it takes
 * (RFC 9113 section 4.3: nothing comes between them). What is written are copies; `bytes` may be used again.
 */
export function writeHeaders(
  transport: Transport,
  streamId: number,
  bytes: Bytes,
  end: number,
  endStream: boolean,
  maxFrameBytes: number,
): void {
  const flags = endStream ? END_STREAM : 0;
  const length = end - FRAME_HEADER_BYTES;
  if (length <= maxFrameBytes) {
    writeFrameHeader(bytes, 0, length, HEADERS, flags | END_HEADERS, streamId);
    transport.write(copyOf(bytes, 0, end));
    return;
  }
  for (let at = FRAME_HEADER_BYTES; at < end; at += maxFrameBytes) {
    const first = at === FRAME_HEADER_BYTES;
    const last = at + maxFrameBytes >= end;
    const to = last ? end : at + maxFrameBytes;
    // The header goes over the last bytes of the fragment before, which have been copied out.
    const type = first ? HEADERS : CONTINUATION;
    writeFrameHeader(bytes, at - FRAME_HEADER_BYTES, to - at, type, (first ? flags : 0) | (last ? END_HEADERS : 0), streamId);
    transport.write(copyOf(bytes, at - FRAME_HEADER_BYTES, to));
  }
}

function copyOf(bytes: Bytes, start: number, end: number): Bytes {
  const copy = Buffer.allocUnsafe(end - start);
  copyBytes(bytes, start, end, copy, 0);
  return copy;
}
