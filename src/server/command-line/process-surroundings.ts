import type { Surroundings } from './surroundings.ts';

/** The process that we are. */
export function processSurroundings(): Surroundings {
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read what we say has gone. The proxy serves on.
    stream.on('error', () => {});
  }
  return {
    words: process.argv.slice(2),
    output: process.stdout,
    errors: process.stderr,
    now: () => performance.now(),
    onSignal: (name, handler) => {
      process.on(name, handler);
    },
    onUncaught: (handler) => {
      process.on('uncaughtException', handler);
    },
    exit: (status) => process.exit(status),
  };
}
