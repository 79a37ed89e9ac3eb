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
    const { startFile } = await import('./program.ts');
    return startFile(file, logLevel);
  },
  async sample() {
    const { httpSample } = await import('./sample.ts');
    return httpSample();
  },
};
