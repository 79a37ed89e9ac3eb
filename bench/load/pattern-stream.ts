/** The two ends of a body of any size whose every byte is known. */
import type { Bytes, Stream } from 'meshloom/protocol';
import { isPatternAt, patternAt } from '../../test/support/pattern.ts';

/** The ends take what comes as h2load does: what holds a proxy up is to be the system, or itself. */
export const LARGE_WINDOWS = { stream_window_bytes: 2 ** 30, connection_window_bytes: 2 ** 30 };

/** Sends as the stream takes it: to be called at first, and at each `onDrain`. */
export class PatternSource {
  private readonly size: number;
  private sent = 0;

  constructor(size: number) {
    this.size = size;
  }

  sendTo(stream: Stream): void {
    while (this.sent < this.size && stream.writable) {
      const part = patternAt(this.sent, this.size - this.sent);
      this.sent += part.length;
      stream.sendData(part, this.sent === this.size);
    }
  }
}

/** Compares what comes. */
export class PatternCheck {
  received = 0;
  intact = true;

  take(bytes: Bytes): void {
    this.intact &&= isPatternAt(this.received, bytes);
    this.received += bytes.length;
  }
}
