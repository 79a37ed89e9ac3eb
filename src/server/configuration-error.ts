import { formatProblem, type Problem } from '../config/index.ts';

/** A configuration that cannot be run, with everything that is wrong with it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(
      problems
        .filter(({ severity }) => severity === 'error')
        .map((problem) => formatProblem(problem))
        .join('\n'),
    );
    this.problems = problems;
  }
}
