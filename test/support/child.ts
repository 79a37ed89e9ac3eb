import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from './deadline.ts';
import { killFamily } from './process-family.ts';

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Opens its standard input, for `tell`. */
  readonly input?: boolean;
  /** Opens a channel for `process.send` in the child, which must be a Node program. */
  readonly channel?: boolean;
}

const alive = new Set<ChildProcess>();
// Whatever ends this process, a failed assertion or Ctrl-C, none of its children outlives it.
process.on('exit', () => {
  for (const { pid } of alive) if (pid !== undefined) killFamily(pid);
});

/** A process that we started: what it said, and how it ends. */
export class Child {
  readonly name: string;
  readonly process: ChildProcess;
  output = '';
  private readonly exited: Promise<number | NodeJS.Signals>;

  constructor(name: string, command: string, args: readonly string[], options: ChildOptions = {}) {
    this.name = name;
    this.process = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(options.channel ? (['ipc'] as const) : [])],
    });
    alive.add(this.process);
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.exited = new Promise((resolve) => {
      const over = (how: number | NodeJS.Signals): void => {
        alive.delete(this.process);
        resolve(how);
      };
      this.process.once('error', (error) => {
        this.output += `${error.message}\n`;
        over(127);
      });
      this.process.once('close', (code, signal) => over(code ?? signal ?? 1));
    });
  }

  get pid(): number {
    if (this.process.pid === undefined) throw new Error(`${this.name} did not start: ${this.output}`);
    return this.process.pid;
  }

  get running(): boolean {
    return alive.has(this.process);
  }

  /** Writes a line to its standard input. */
  tell(line: string): void {
    if (this.process.stdin === null) throw new Error(`${this.name} was started without input`);
    this.process.stdin.write(`${line}\n`);
  }

  /** The exit code, or the signal that ended it. All output has arrived by then. */
  exit(milliseconds?: number): Promise<number | NodeJS.Signals> {
    return within(this.exited, `end of ${this.name}`, milliseconds);
  }

  /** `ready`, or a rejection with everything that the child has said when it ends or takes too long before that. */
  async start(ready: Promise<void>): Promise<this> {
    const died = this.exited.then((how) => {
      throw new Error(`ended with ${how}`);
    });
    died.catch(() => undefined);
    try {
      await Promise.race([ready, died]);
      return this;
    } catch (error) {
      if (this.running) killFamily(this.pid);
      await this.exited;
      throw new Error(`${this.name} did not start\n${this.output}`, { cause: error });
    }
  }

  /** Asks it to end, by force when it does not within the deadline, and resolves when it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', milliseconds?: number): Promise<number | NodeJS.Signals> {
    if (this.running) this.process.kill(signal);
    try {
      return await this.exit(milliseconds);
    } catch (error) {
      killFamily(this.pid);
      await this.exited;
      throw error;
    }
  }

  /** Waits for the next message that the child sends over its channel. */
  async message<T>(milliseconds?: number): Promise<T> {
    const [message] = await within(once(this.process, 'message'), `message of ${this.name}`, milliseconds);
    return message as T;
  }
}
