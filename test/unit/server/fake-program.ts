import type { Problem } from '../../../src/config/index.ts';
import type { Engine, RunningProxy, Sample, StartedProxy } from '../../../src/server/command-line/engine.ts';
import type { LogLevelChoice } from '../../../src/server/command-line/log-level.ts';
import { run } from '../../../src/server/command-line/run.ts';
import type { Surroundings } from '../../../src/server/command-line/surroundings.ts';

export const WARNING: Problem = { severity: 'warning', path: 'pid', message: 'is ignored' };
export const ERROR: Problem = { severity: 'error', path: 'servers[0]', message: 'must be an object', remedy: 'put it in { }' };

/** A proxy whose stop takes as long as the test likes. */
export class FakeProxy implements RunningProxy {
  reloads: (() => readonly Problem[])[] = [];
  stops = 0;
  reopened = 0;
  stopped: () => void = () => {};

  async reload(): Promise<readonly Problem[]> {
    return this.reloads.shift()!();
  }

  stop(): Promise<void> {
    this.stops++;
    return new Promise((resolve) => {
      this.stopped = resolve;
    });
  }

  reopenLogs(): void {
    this.reopened++;
  }
}

/** The command line in a process that does nothing but write down what happens. */
export class FakeProgram implements Engine, Surroundings {
  readonly version = '1.2.3';
  words: readonly string[] = [];
  time = 0;
  outputText = '';
  errorText = '';
  /** Statuses that the process would have exited with. */
  readonly exits: number[] = [];
  readonly started: [file: string, logLevel: LogLevelChoice | undefined][] = [];
  readonly checked: string[] = [];
  problems: readonly Problem[] = [];
  checkFailure: Error | undefined;
  startFailure: Error | undefined;
  sampleFailure: Error | undefined;
  serverFailure: Error | undefined;
  serverStarted = false;
  readonly proxy = new FakeProxy();
  private readonly handlers = new Map<NodeJS.Signals, () => void>();
  private uncaught: (error: unknown) => void = () => {};

  readonly output = { write: (text: string) => (this.outputText += text) };
  readonly errors = { write: (text: string) => (this.errorText += text) };

  async run(...words: string[]): Promise<this> {
    this.words = words;
    await run(this, this);
    return this;
  }

  async check(file: string): Promise<readonly Problem[]> {
    this.checked.push(file);
    if (this.checkFailure !== undefined) throw this.checkFailure;
    return this.problems;
  }

  async start(file: string, logLevel: LogLevelChoice | undefined): Promise<StartedProxy> {
    this.started.push([file, logLevel]);
    if (this.startFailure !== undefined) throw this.startFailure;
    const failed = this.problems.some(({ severity }) => severity === 'error');
    return { problems: this.problems, proxy: failed ? undefined : this.proxy };
  }

  async sample(): Promise<Sample> {
    if (this.sampleFailure !== undefined) throw this.sampleFailure;
    return {
      file: 'sample.json',
      hints: 'try this\n',
      startServer: async () => {
        if (this.serverFailure !== undefined) throw this.serverFailure;
        this.serverStarted = true;
      },
    };
  }

  now(): number {
    return this.time;
  }

  onSignal(name: NodeJS.Signals, handler: () => void): void {
    this.handlers.set(name, handler);
  }

  onUncaught(handler: (error: unknown) => void): void {
    this.uncaught = handler;
  }

  exit(status: number): void {
    this.exits.push(status);
  }

  signal(name: NodeJS.Signals): void {
    this.handlers.get(name)?.();
  }

  throwUncaught(error: unknown): void {
    this.uncaught(error);
  }
}

/** Lets what has been promised happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
