/** Streams that we reset while the peer may have had more to send; 1,000 are more than can be on their way at once. */
const MOST_RESET_HERE = 1000;
const MOST_ENDED = 64;

/** The last so many ids. */
class LastIds {
  private readonly ids: number[] = [];
  private next = 0;

  add(id: number): void {
    this.ids[this.next] = id;
    this.next = (this.next + 1) % MOST_ENDED;
  }

  has(id: number): boolean {
    return this.ids.includes(id);
  }
}

/**
 * What is still known of streams that are over. Frames that were on their way when we reset a stream are no fault of the peer
 * (RFC 9113 section 5.1, "closed"); frames after the end that the peer made itself are. Frames after a reset of the peer's own are, too, but
 * they harm nobody, and Netty sends such when an answer comes before the request's end: they cost no other stream its connection. That is
 * also assumed of what is forgotten.
 */
export class ClosedStreams {
  private resetHere: Set<number> | undefined = undefined;
  private readonly resetThere = new LastIds();
  private readonly ended = new LastIds();

  rememberReset(id: number): void {
    if (this.resetHere === undefined) this.resetHere = new Set();
    this.resetHere.add(id);
    if (this.resetHere.size <= MOST_RESET_HERE) return;
    for (const oldest of this.resetHere) {
      this.resetHere.delete(oldest);
      return;
    }
  }

  /** The peer has reset it. */
  rememberPeerReset(id: number): void {
    this.resetThere.add(id);
  }

  rememberEnd(id: number): void {
    this.ended.add(id);
  }

  wasResetHere(id: number): boolean {
    return this.resetHere?.has(id) === true;
  }

  wasResetByPeer(id: number): boolean {
    return this.resetThere.has(id);
  }

  /** Both sides have ended it, and neither by a reset. */
  hasEnded(id: number): boolean {
    return this.ended.has(id) && !this.resetThere.has(id);
  }
}
