#!/usr/bin/env node
import { processSurroundings } from './server/command-line/process-surroundings.ts';
import { run } from './server/command-line/run.ts';
import { engine } from './server/engine.ts';

await run(engine, processSurroundings());
