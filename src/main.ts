#!/usr/bin/env node
import { run } from './server/command-line/run.ts';
import { engine } from './server/engine.ts';

await run(engine, {
  words: process.argv.slice(2),
  output: process.stdout,
  errors: process.stderr,
  onSignal: (name, handler) => process.on(name, handler),
  onUncaught: (handler) => process.on('uncaughtException', handler),
  exit: (status) => process.exit(status),
});
