import type { Fields } from 'meshloom/protocol';
import { ByteQueue } from './byte-queue.ts';
import { ReceiveWindow } from './flow-window.ts';
import { UNKNOWN_LENGTH } from './request-head.ts';

/** The receiving half of a stream: what we let the peer send, and what its paused handler has not got yet. */
export class ReceiveHalf {
  readonly window: ReceiveWindow;
  /** Made when the first byte is held: most streams never need one. */
  held: ByteQueue | undefined = undefined;
  pauses = 0;
  /** It has been paused since its window was announced last. */
  waited = false;
  /** The peer's ending has come. */
  ended = false;
  /** The ending, when it is trailers and has not been delivered. */
  trailers: Fields | undefined = undefined;
  /** The handler has been told of the ending. */
  delivered = false;
  /** What is to come of the body by `content-length`, or UNKNOWN_LENGTH. */
  lengthLeft = UNKNOWN_LENGTH;
  /** What the window has got of what its connection lets windows grow by. */
  grown = 0;
  /** Held bytes that the window of the connection has not got back yet. */
  owedToConnection = 0;

  constructor(windowBytes: number) {
    this.window = new ReceiveWindow(windowBytes);
  }

  get heldBytes(): number {
    return this.held === undefined ? 0 : this.held.bytes;
  }

  hold(): ByteQueue {
    if (this.held === undefined) this.held = new ByteQueue();
    return this.held;
  }
}
