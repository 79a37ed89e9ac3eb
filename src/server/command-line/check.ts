import type { Engine } from './engine.ts';
import { fail } from './failure.ts';
import { countOf, hasErrors, problemLines } from './problems.ts';
import type { Surroundings } from './surroundings.ts';

/** `meshloom check`: everything that is wrong with a file, and what of it has no effect. */
export async function check(file: string, engine: Engine, surroundings: Surroundings): Promise<void> {
  try {
    const problems = await engine.check(file);
    surroundings.output.write(problemLines(problems, file));
    surroundings.output.write(`${file}: ${countOf(problems)}\n`);
    surroundings.exit(hasErrors(problems) ? 1 : 0);
  } catch (error) {
    // A plugin that is not there, for one: without it nobody can say what its settings may be.
    fail(error, surroundings);
  }
}
