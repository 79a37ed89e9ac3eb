import { dirname } from 'node:path';
import { type Problem, readFile } from '../config/index.ts';
import type { RunningProxy, StartedProxy } from './command-line/engine.ts';
import type { LogLevelChoice } from './command-line/log-level.ts';
import { removePidFile, writePidFile } from './command-line/pid-file.ts';
import { ConfigurationError } from './configuration-error.ts';
import { configure } from './configured.ts';
import { Logs } from './logs.ts';
import { MeshProxy } from './mesh-proxy.ts';
import { ProtocolRegistry } from './protocol-registry.ts';

/** Everything that stands in a file, checked, without running it. */
export async function checkFile(file: string): Promise<readonly Problem[]> {
  const document = readFile(file);
  if (document.value === undefined) return document.problems;
  const { problems } = await configure(document.value, new ProtocolRegistry(dirname(file)));
  return [...document.problems, ...problems];
}

/** Runs the proxy of a file. See `Engine.start`. */
export async function startFile(file: string, logLevel: LogLevelChoice | undefined): Promise<StartedProxy> {
  const program = new Program(file, logLevel);
  const problems = await program.start();
  const failed = problems.some(({ severity }) => severity === 'error');
  return { problems, proxy: failed ? undefined : program };
}

/** The proxy of one file and one process. */
class Program implements RunningProxy {
  private readonly file: string;
  private readonly logs: Logs;
  private readonly proxy: MeshProxy;
  private pidFile: string | undefined;

  constructor(file: string, logLevel: LogLevelChoice | undefined) {
    this.file = file;
    this.logs = new Logs(logLevel);
    this.proxy = new MeshProxy({ folder: dirname(file), logs: this.logs, logControl: this.logs });
  }

  async start(): Promise<readonly Problem[]> {
    const problems = await this.take((document) => this.proxy.start(document));
    const pidFile = this.proxy.configuration?.pid;
    if (pidFile !== undefined) {
      writePidFile(pidFile);
      this.pidFile = pidFile;
    }
    return problems;
  }

  reload(): Promise<readonly Problem[]> {
    return this.take((document) => this.proxy.reconfigure(document));
  }

  async stop(): Promise<void> {
    await this.proxy.stop();
    if (this.pidFile !== undefined) removePidFile(this.pidFile);
    this.logs.close();
  }

  reopenLogs(): void {
    this.logs.reopen();
  }

  private async take(run: (document: unknown) => Promise<void>): Promise<readonly Problem[]> {
    const document = readFile(this.file);
    if (document.value === undefined) return document.problems;
    try {
      await run(document.value);
      return [...document.problems, ...this.proxy.problems];
    } catch (error) {
      if (error instanceof ConfigurationError) return [...document.problems, ...error.problems];
      throw error;
    }
  }
}
