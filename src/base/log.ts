import { createRequire } from 'node:module';
import type { Logger as Pino } from 'pino';
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
  private readonly sink: LineSink;
  private currentLevel: LogLevel;
  private pino: Pino | undefined;

  constructor(sink: LineSink, level: LogLevel) {
    this.sink = sink;
    this.currentLevel = level;
  }

  get level(): LogLevel {
    return this.currentLevel;
  }

  /** From now on. */
  set level(level: LogLevel) {
    this.currentLevel = level;
  }

  enabled(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(this.currentLevel);
  }

  trace(message: string, fields?: LogFields): void {
    this.write('trace', message, fields);
  }

  debug(message: string, fields?: LogFields): void {
    this.write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.write('error', message, fields);
  }

  fatal(message: string, fields?: LogFields): void {
    this.write('fatal', message, fields);
  }

  private write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    if (!this.enabled(level)) return;
    this.pino ??= loadPino(this.sink);
    this.pino[level](fields, message);
  }
}

/** Loading it is a tenth of a start: that is left to the first line that is written, when the ports are open. */
function loadPino(sink: LineSink): Pino {
  const { pino }: typeof import('pino') = createRequire(import.meta.url)('pino');
  return pino(
    {
      level: 'trace',
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label.toUpperCase() }) },
      serializers: { error: pino.stdSerializers.err },
    },
    sink,
  );
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
