import type { Engine } from './engine.ts';
import { countOf, hasErrors, problemLines } from './problems.ts';
import type { Surroundings } from './surroundings.ts';

/** `meshloom check`: everything that is wrong with a file, and what of it has no effect. */
export async function check(file: string, engine: Engine, surroundings: Surroundings): Promise<void> {
  const problems = await engine.check(file);
  surroundings.output.write(problemLines(problems, file));
  surroundings.output.write(`${file}: ${countOf(problems)}\n`);
  surroundings.exit(hasErrors(problems) ? 1 : 0);
}
