import { type Bytes, EMPTY } from '../base/bytes.ts';
import type { Transport } from './codec.ts';
import type { FramedHead, FrameFormat } from './frame-format.ts';
import type { RequestHead, ResponseHead } from './head.ts';

/** Writes one message as one frame. An untouched one goes out as the bytes that arrived, with the id patched. */
export function writeFrame<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>(
  format: FrameFormat<Request, Response>,
  transport: Transport,
  head: Request | Response,
  body: Bytes,
  idHigh: number,
  idLow: number,
): void {
  if (head.changed || (body !== head.payload && body.length + head.payload.length > 0)) {
    const pieces = format.encode(head, body);
    format.setId(pieces[0]!, idHigh, idLow);
    for (const piece of pieces) if (piece.length > 0) transport.write(piece);
    return;
  }
  if (!head.sent) {
    head.sent = true;
    format.setId(head.frame, idHigh, idLow);
    transport.write(head.frame);
    return;
  }
  // A retry or a mirror: the frame may still stand in another connection's queue, where a patch would change what that peer gets.
  const prefix = Buffer.from(head.frame.subarray(0, format.prefixBytes));
  format.setId(prefix, idHigh, idLow);
  transport.write(prefix);
  if (head.payload.length > 0) transport.write(head.payload);
}

/** The body of a message that is being sent: kept until it ends, for its length stands in front. One piece stays the object that it is. */
export class OutgoingBody {
  private first = EMPTY;
  private more: Bytes[] | undefined = undefined;
  private length = 0;
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** False when it is longer than a frame may be; then it holds nothing any more. */
  add(bytes: Bytes): boolean {
    if (bytes.length === 0) return true;
    this.length += bytes.length;
    if (this.length > this.maxBytes) {
      this.first = EMPTY;
      this.more = undefined;
      return false;
    }
    if (this.first.length === 0) this.first = bytes;
    else if (this.more === undefined) this.more = [this.first, bytes];
    else this.more.push(bytes);
    return true;
  }

  take(): Bytes {
    return this.more === undefined ? this.first : Buffer.concat(this.more, this.length);
  }
}
