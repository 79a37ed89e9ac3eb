/** What a command touches of the process that it runs in; a test brings its own. */
export interface Surroundings {
  /** Without the names of the program. */
  readonly words: readonly string[];
  readonly output: Sink;
  readonly errors: Sink;
  /** Milliseconds on a clock that is never set back. */
  now(): number;
  onSignal(name: NodeJS.Signals, handler: () => void): void;
  /** An exception that nobody caught. */
  onUncaught(handler: (error: unknown) => void): void;
  exit(status: number): void;
}

export interface Sink {
  write(text: string): unknown;
}
