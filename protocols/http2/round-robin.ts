/** Whose turn it is: first in, first out, and whoever is not done goes to the end of the line. */
export class RoundRobin<Member> {
  private readonly line: Member[] = [];
  private first = 0;

  get empty(): boolean {
    return this.first === this.line.length;
  }

  join(member: Member): void {
    this.line.push(member);
  }

  /** Whose turn it is; stays there until `leave`. Only when not empty. */
  next(): Member {
    return this.line[this.first]!;
  }

  /** Takes out whose turn it is. */
  leave(): void {
    this.first++;
    if (this.first === this.line.length) {
      this.line.length = 0;
      this.first = 0;
    } else if (this.first >= 1024) {
      this.line.splice(0, this.first);
      this.first = 0;
    }
  }
}
