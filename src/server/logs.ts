import type { Logger, LogLevel } from '../base/log.ts';
import { PinoLogger } from '../base/log.ts';
import { type LineSink, LogFile } from '../base/log-file.ts';
import type { LogControl } from './admin/source.ts';
import type { LogProvider } from './mesh-proxy.ts';

/** MOSN's configuration and admin API know the console by either. */
const CONSOLE: ReadonlySet<string> = new Set(['', 'stdout']);

/** The logs of one proxy by their paths: one file is opened once, whoever writes to it. */
export class Logs implements LogProvider, LogControl {
  private readonly files = new Map<string, LogFile>();
  private readonly loggers = new Map<string, PinoLogger>();
  /** What the command line says, over the configuration. */
  private readonly level: LogLevel | 'off' | undefined;

  constructor(level?: LogLevel | 'off') {
    this.level = level;
  }

  logger(path: string, level: LogLevel): Logger {
    const key = keyOf(path);
    const wanted = this.level === 'off' || this.level === undefined ? level : this.level;
    const known = this.loggers.get(key);
    if (known !== undefined) {
      known.level = wanted;
      return known;
    }
    const file = this.file(key);
    if (this.level === 'off') file.enabled = false;
    const logger = new PinoLogger(file, wanted);
    this.loggers.set(key, logger);
    return logger;
  }

  lineSink(path: string): LineSink {
    return this.file(keyOf(path));
  }

  levels(): Readonly<Record<string, LogLevel>> {
    return Object.fromEntries(Array.from(this.loggers, ([path, { level }]) => [path, level]));
  }

  setLevel(path: string, level: LogLevel): boolean {
    const logger = this.loggers.get(keyOf(path));
    if (logger === undefined) return false;
    logger.level = level;
    return true;
  }

  setEnabled(path: string, enabled: boolean): boolean {
    const file = this.files.get(keyOf(path));
    if (file === undefined) return false;
    file.enabled = enabled;
    return true;
  }

  reopen(): void {
    for (const file of this.files.values()) file.reopen();
  }

  close(): void {
    for (const file of this.files.values()) file.close();
  }

  private file(key: string): LogFile {
    let file = this.files.get(key);
    if (file === undefined) {
      file = new LogFile(key === '' ? 'stdout' : key);
      this.files.set(key, file);
    }
    return file;
  }
}

function keyOf(path: string): string {
  return CONSOLE.has(path) ? '' : path;
}
