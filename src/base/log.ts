import { type Logger as Pino, pino } from 'pino';
import type { LineSink } from './log-file.ts';

/** From the most to the least urgent: MOSN's levels, in lower case. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Values that go with a message. An Error goes under `error`, and is written with its stack and cause. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** Whether a message of this level would be written: to be asked before putting one together that costs something. */
  enabled(level: LogLevel): boolean;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  fatal(message: string, fields?: LogFields): void;
}

/** In any case of letters: `INFO`, as MOSN's configuration and its admin API write it. undefined when there is no such level. */
export function parseLogLevel(name: string): LogLevel | undefined {
  const wanted = name.toLowerCase();
  return LOG_LEVELS.find((level) => level === wanted);
}

/**
 * One JSON object a line: `level` in capitals, `time` as ISO 8601, `pid`, the fields, `msg`. Written here and not in a worker thread, which
 * would take longer to start than the whole proxy; the sink gathers lines and writes them in the background.
 */
export class PinoLogger implements Logger {
  private readonly pino: Pino;

  constructor(sink: LineSink, level: LogLevel) {
    this.pino = pino(
      {
        level,
        base: { pid: process.pid },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label.toUpperCase() }) },
        serializers: { error: pino.stdSerializers.err },
      },
      sink,
    );
  }

  get level(): LogLevel {
    return this.pino.level as LogLevel;
  }

  /** From now on. */
  set level(level: LogLevel) {
    this.pino.level = level;
  }

  enabled(level: LogLevel): boolean {
    return this.pino.isLevelEnabled(level);
  }

  trace(message: string, fields?: LogFields): void {
    this.pino.trace(fields, message);
  }

  debug(message: string, fields?: LogFields): void {
    this.pino.debug(fields, message);
  }

  info(message: string, fields?: LogFields): void {
    this.pino.info(fields, message);
  }

  warn(message: string, fields?: LogFields): void {
    this.pino.warn(fields, message);
  }

  error(message: string, fields?: LogFields): void {
    this.pino.error(fields, message);
  }

  fatal(message: string, fields?: LogFields): void {
    this.pino.fatal(fields, message);
  }
}

const ignore = (): void => {};

/** For whoever wants no log. */
export const SILENT_LOGGER: Logger = {
  enabled: () => false,
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  fatal: ignore,
};
