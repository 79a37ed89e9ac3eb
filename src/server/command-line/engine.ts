import type { Problem } from '../../config/index.ts';
import type { LogLevelChoice } from './log-level.ts';

/** What commands need of the rest of the program. Behind it things are loaded when they are asked for: most of a start is loading. */
export interface Engine {
  readonly version: string;
  /** Reads and checks a file. Never rejects because of what stands in it. */
  check(file: string): Promise<readonly Problem[]>;
  /**
   * Reads and checks a file and runs its proxy; resolves when it listens, or when an error stands among the problems.
   * Rejects with Node's error when an address cannot be listened at.
   */
  start(file: string, logLevel: LogLevelChoice | undefined): Promise<StartedProxy>;
  /** Prepares the HTTP sample. */
  sample(): Promise<Sample>;
}

export interface StartedProxy {
  readonly problems: readonly Problem[];
  /** undefined when one of the problems is an error. */
  readonly proxy: RunningProxy | undefined;
}

export interface RunningProxy {
  /** Reads its file again and goes on with it. When one of the problems is an error all stays as it was. */
  reload(): Promise<readonly Problem[]>;
  /** Stops accepting, and resolves when all requests are finished or the graceful timeout is over. */
  stop(): Promise<void>;
  /** Writes on to new files where log files were moved away. */
  reopenLogs(): void;
}

/** A configuration that anybody can try at once. */
export interface Sample {
  readonly file: string;
  /** What to try, for people. */
  readonly hints: string;
  /** Starts the server that the sample's requests end at. Rejects with Node's error when it cannot listen. */
  readonly startServer: () => Promise<void>;
}
