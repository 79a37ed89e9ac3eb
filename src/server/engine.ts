import { createRequire } from 'node:module';
import type { Engine } from './command-line/engine.ts';
import { VERSION } from './version.ts';

/** What commands run. The rest of the program is loaded by the command that needs it. */
export const engine: Engine = {
  version: VERSION,
  async check(file) {
    const { checkFile } = await import('./program.ts');
    return checkFile(file);
  },
  async start(file, logLevel) {
    loadProgram();
    const { startFile } = await import('./program.ts');
    return startFile(file, logLevel);
  },
  async sample() {
    const { httpSample } = await import('./sample.ts');
    return httpSample();
  },
};

/**
 * Loads the rest of the program for the `import` that follows. `require` takes less time than `import` alone, for it waits for nothing between
 * one file and the next; a Node that cannot require such modules leaves it to `import`. Only for a command, at whose start nothing else is
 * being imported: Node 20 takes it ill when both meet in one file. No file may `await` outside of functions.
 */
function loadProgram(): void {
  const file = import.meta.url.endsWith('.ts') ? './program.ts' : './program.js';
  if (process.features.require_module) createRequire(import.meta.url)(file);
}
