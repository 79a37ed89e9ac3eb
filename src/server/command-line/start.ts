import { scriptThatThrew } from '../../filter/builtin/script/script-files.ts';
import type { Engine, RunningProxy } from './engine.ts';
import { fail, inWords } from './failure.ts';
import type { LogLevelChoice } from './log-level.ts';
import { hasErrors, problemLines } from './problems.ts';
import { obeySignals } from './signals.ts';
import type { Surroundings } from './surroundings.ts';

/** `meshloom start -c FILE`: runs a proxy until a signal ends it. False when it could not be started. */
export async function start(
  file: string,
  logLevel: LogLevelChoice | undefined,
  engine: Engine,
  surroundings: Surroundings,
): Promise<boolean> {
  const { errors } = surroundings;
  let running: RunningProxy | undefined;
  const reload = async (proxy: RunningProxy): Promise<void> => {
    try {
      const problems = await proxy.reload();
      errors.write(problemLines(problems, file));
      errors.write(hasErrors(problems) ? 'meshloom: not reloaded\n' : 'meshloom: reloaded\n');
    } catch (error) {
      errors.write(`meshloom: not reloaded: ${inWords(error)}\n`);
    }
  };
  surroundings.onUncaught((error) => {
    const script = scriptThatThrew(error);
    // What a callback of the user's threw leaves nothing of ours half done.
    if (script === undefined) fail(error, surroundings);
    else errors.write(`meshloom: nobody caught what the script ${script} threw: ${error instanceof Error ? error.stack : String(error)}\n`);
  });
  obeySignals(() => running, reload, surroundings);
  try {
    const { problems, proxy } = await engine.start(file, logLevel);
    errors.write(problemLines(problems, file));
    if (proxy === undefined) surroundings.exit(1);
    running = proxy;
  } catch (error) {
    fail(error, surroundings);
  }
  return running !== undefined;
}

/** `meshloom start`: runs the HTTP sample with the server that it needs, and says what to try. */
export async function startSample(logLevel: LogLevelChoice | undefined, engine: Engine, surroundings: Surroundings): Promise<void> {
  try {
    const { file, hints, startServer } = await engine.sample();
    await startServer();
    if (await start(file, logLevel, engine, surroundings)) surroundings.output.write(hints);
  } catch (error) {
    fail(error, surroundings);
  }
}
