import type { Bytes } from '../base/bytes.ts';
import type { Transport } from './codec.ts';
import type { FramedHead, FrameFormat } from './frame-format.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { ServerStream, StreamHandler } from './stream.ts';

/** The owner of either end, as far as frames are concerned: a ServerHost or a ClientHost. */
export interface FrameHost extends Transport {
  onRequest?(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler;
  onRoom?(): void;
  onGoAway?(everywhere?: boolean): void;
}

/** What the two halves of a connection see of the whole. */
export interface FrameConnection<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead> {
  readonly format: FrameFormat<Request, Response>;
  readonly host: FrameHost;
  /** Who is at the other end. */
  readonly peer: 'downstream' | 'upstream';
  /** Nothing may be written any more. */
  readonly dead: boolean;
  /** No new streams are taken. */
  readonly leaving: boolean;
  write(frame: Bytes): void;
  /** To be called after writing past `write`. */
  written(): void;
  /** Whether a message of that length may be written, or has to be given up as its peer does not read. */
  takes(bytes: number): boolean;
  /** A stream is over, and has had its last callback. */
  streamEnded(): void;
}
