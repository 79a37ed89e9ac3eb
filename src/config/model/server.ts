import { converted, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import { anything, boolean, enumeration, text } from '../../base/schema/scalars.ts';
import type { Read } from '../../base/schema/schema.ts';
import type { Catalogue } from '../catalogue.ts';
import { listener } from './listener.ts';
import { router } from './router.ts';

/** How much is logged: nothing below it. */
export type LogLevel = Read<typeof logLevel>;

const logLevel = converted(enumeration('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'), (level) => LOG_LEVELS[level]);

const LOG_LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error', FATAL: 'fatal' } as const;

/** Listeners and routers, and what is common to them. */
export type Server = Read<ReturnType<typeof server>>;

export function server(catalogue: Catalogue) {
  const entry = object('Server', 'Listeners and routers, and what is common to them.', {
    logPath: defaulted(text({ atLeast: 1 }), 'stdout', 'Where the log goes: a file, a device, a pipe, `stdout` or `stderr`.', {
      key: 'default_log_path',
    }),
    logLevel: defaulted(logLevel, 'INFO', 'How much is logged.', { key: 'default_log_level' }),
    gracefulTimeout: defaulted(duration(), '30s', "How long requests may go on after the proxy was told to stop. The default is MOSN's."),
    listeners: defaulted(list(listener(catalogue)), [], 'Where connections come in.'),
    routers: defaulted(list(router(catalogue)), [], 'Tables of routes.'),
    globalLogRoller: ignored(text(), 'files are rotated from outside, and opened anew on SIGUSR1', 'How logs are rotated.'),
    processor: ignored(anything(), 'one process serves, on one core', 'How many cores are used.', (value) => value === 1 || value === '1'),
    mosnServerName: ignored(text(), 'nothing goes by it', "The server's name."),
    useNetpollMode: ignored(boolean(), 'Node.js has its own way to wait', 'How sockets are waited for.'),
  });
  return converted(entry, ({ listeners, routers, ...rest }) => ({
    ...rest,
    listeners,
    /** Those of the server, and those that a `connection_manager` of MOSN's old shape holds. */
    routers: [...routers, ...listeners.flatMap(({ filterChain }) => filterChain.routers)],
  }));
}
