/** Also what an empty queue keeps, so that short queues never move. A power of two, as every capacity is. */
const SMALLEST_CAPACITY = 8;

/** First in, first out, in a ring: `push` and `shift` take the same short time however long the queue is. It grows and shrinks by halves. */
export class Queue<T> implements Iterable<T> {
  private ring: (T | undefined)[] = [];
  private head = 0;
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(item: T): void {
    if (this.count === this.ring.length) this.resize(Math.max(SMALLEST_CAPACITY, this.count * 2));
    this.ring[this.place(this.count)] = item;
    this.count++;
  }

  /** Takes the oldest; undefined when the queue is empty. */
  shift(): T | undefined {
    if (this.count === 0) return undefined;
    const item = this.ring[this.head];
    this.ring[this.head] = undefined;
    this.head = this.place(1);
    this.count--;
    this.shrink();
    return item;
  }

  /** The oldest, which stays; undefined when the queue is empty. */
  peek(): T | undefined {
    return this.ring[this.head];
  }

  /** Takes out the oldest that is this very item. False when there is none. Takes time in proportion to the length. */
  remove(item: T): boolean {
    for (let at = 0; at < this.count; at++) {
      if (this.ring[this.place(at)] !== item) continue;
      for (let later = at + 1; later < this.count; later++) this.ring[this.place(later - 1)] = this.ring[this.place(later)];
      this.ring[this.place(this.count - 1)] = undefined;
      this.count--;
      this.shrink();
      return true;
    }
    return false;
  }

  /** From the oldest. The queue must not change meanwhile. */
  *[Symbol.iterator](): Iterator<T> {
    for (let at = 0; at < this.count; at++) yield this.ring[this.place(at)] as T;
  }

  private place(at: number): number {
    return (this.head + at) & (this.ring.length - 1);
  }

  /** At a quarter, so that a queue which hovers about one length does not move at each step. */
  private shrink(): void {
    if (this.ring.length > SMALLEST_CAPACITY && this.count <= this.ring.length / 4) this.resize(this.ring.length / 2);
  }

  private resize(capacity: number): void {
    const ring = new Array<T | undefined>(capacity).fill(undefined);
    for (let at = 0; at < this.count; at++) ring[at] = this.ring[this.place(at)];
    this.ring = ring;
    this.head = 0;
  }
}
