/**
 * A limit without a clock: what is suspicious spends, what is useful earns it back, and nobody has more than the maximum. A peer whose
 * traffic is of use never gets to the end of it, however long it stays; one that only keeps us busy does, however slowly it goes.
 */
export abstract class Allowance {
  private readonly maximum: number;
  private left: number;

  constructor(maximum: number) {
    this.maximum = maximum;
    this.left = maximum;
  }

  /** False when there was none left. */
  protected spend(): boolean {
    return --this.left >= 0;
  }

  protected earn(amount: number): void {
    this.left = Math.min(this.maximum, this.left + amount);
  }
}
