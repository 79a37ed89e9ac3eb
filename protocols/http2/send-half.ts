import type { Fields } from 'meshloom/protocol';
import { ByteQueue } from './byte-queue.ts';
import { SendWindow } from './flow-window.ts';

/** The sending half of a stream: what the peer lets us send, and what waits for that. */
export class SendHalf {
  readonly window: SendWindow;
  /** Made when the first byte has to wait: most streams never need one. */
  queue: ByteQueue | undefined = undefined;
  /** The head has been written: DATA may follow. */
  begun = false;
  /** The ending has been handed to us, although it may still wait behind the queue. */
  ended = false;
  endSent = false;
  /** The ending, when it is trailers and waits. */
  trailers: Fields | undefined = undefined;
  /** Stands in the line of those that have something to send. */
  inLine = false;
  /** The sender was told to wait, and nobody has told it to go on. */
  drainOwed = false;

  constructor(initialWindow: number) {
    this.window = new SendWindow(initialWindow);
  }

  get queuedBytes(): number {
    return this.queue === undefined ? 0 : this.queue.bytes;
  }

  /** Something waits: bytes, or an ending behind them. */
  get waiting(): boolean {
    return this.queuedBytes > 0 || (this.ended && !this.endSent);
  }

  hold(): ByteQueue {
    if (this.queue === undefined) this.queue = new ByteQueue();
    return this.queue;
  }

  discard(): void {
    this.queue?.clear();
    this.trailers = undefined;
    this.ended = true;
    this.endSent = true;
    this.drainOwed = false;
  }
}
