/** From the most to the least urgent. MOSN's names, in lower case. */
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** Values that go with a message; errors are written with their stack. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  /** Whether a message of this level would be written: asked before one is put together that costs something. */
  enabled(level: LogLevel): boolean;
  trace(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  fatal(message: string, fields?: LogFields): void;
}
