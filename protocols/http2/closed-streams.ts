/** Streams that we reset while the peer may have had more to send; 1,000 are more than can be on their way at once. */
const MOST_RESET_HERE = 1000;
const MOST_ENDED = 64;

/**
 * What is still known of streams that are over. Frames that were on their way when we reset a stream are no fault of the peer
 * (RFC 9113 section 5.1, "closed"); frames after the end that the peer made itself are. Of what is forgotten the former is assumed.
 */
export class ClosedStreams {
  private resetHere: Set<number> | undefined = undefined;
  private readonly ended: number[] = [];
  private next = 0;

  rememberReset(id: number): void {
    if (this.resetHere === undefined) this.resetHere = new Set();
    this.resetHere.add(id);
    if (this.resetHere.size <= MOST_RESET_HERE) return;
    for (const oldest of this.resetHere) {
      this.resetHere.delete(oldest);
      return;
    }
  }

  rememberEnd(id: number): void {
    this.ended[this.next] = id;
    this.next = (this.next + 1) % MOST_ENDED;
  }

  wasResetHere(id: number): boolean {
    return this.resetHere?.has(id) === true;
  }

  hasEnded(id: number): boolean {
    return this.ended.includes(id);
  }
}
