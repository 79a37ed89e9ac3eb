#!/usr/bin/env node
import module from 'node:module';

// Most of a start is compiling. Node 22 and later remember what was compiled.
module.enableCompileCache?.();
const [{ processSurroundings }, { run }, { engine }, { tuneCollector }] = await Promise.all([
  import('./server/command-line/process-surroundings.ts'),
  import('./server/command-line/run.ts'),
  import('./server/engine.ts'),
  import('./server/command-line/collector.ts'),
]);
await run(engine, processSurroundings());
tuneCollector();
