import type { Logger } from '../../src/index.ts';
import { within } from './deadline.ts';

/** Keeps what was logged, and lets a test wait for a line. */
export class LogBook implements Logger {
  readonly lines: string[] = [];
  private waiting: (() => void)[] = [];

  readonly enabled = (): boolean => true;
  readonly trace = (message: string): void => this.add(message);
  readonly debug = (message: string): void => this.add(message);
  readonly info = (message: string): void => this.add(message);
  readonly warn = (message: string): void => this.add(message);
  readonly error = (message: string): void => this.add(message);
  readonly fatal = (message: string): void => this.add(message);

  async until(pattern: RegExp): Promise<void> {
    const found = async (): Promise<void> => {
      while (!this.lines.some((line) => pattern.test(line))) await new Promise<void>((resolve) => this.waiting.push(resolve));
    };
    await within(found(), `a line like ${pattern}`);
  }

  private add(message: string): void {
    this.lines.push(message);
    for (const wake of this.waiting.splice(0)) wake();
  }
}
