import type { LogFields, Logger, LogLevel } from '../../../src/base/log.ts';

/** Keeps lines of `info` and above, and those of `debug` where that is on. */
export class MemoryLog implements Logger {
  readonly lines: string[] = [];
  private readonly debugging: boolean;

  constructor(debugging: boolean) {
    this.debugging = debugging;
  }

  readonly enabled = (level: LogLevel): boolean => this.debugging || (level !== 'debug' && level !== 'trace');
  readonly trace = (message: string, fields?: LogFields): void => this.add('trace', message, fields);
  readonly debug = (message: string, fields?: LogFields): void => this.add('debug', message, fields);
  readonly info = (message: string, fields?: LogFields): void => this.add('info', message, fields);
  readonly warn = (message: string, fields?: LogFields): void => this.add('warn', message, fields);
  readonly error = (message: string, fields?: LogFields): void => this.add('error', message, fields);
  readonly fatal = (message: string, fields?: LogFields): void => this.add('fatal', message, fields);

  private add(level: LogLevel, message: string, fields?: LogFields): void {
    if (this.enabled(level)) this.lines.push(`${level} ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`);
  }
}
