import type { Problem } from '../../config/index.ts';
import { formatProblem } from '../../config/problem.ts';

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

export function problemLines(problems: readonly Problem[], file: string): string {
  return problems.map((problem) => `${formatProblem(problem, file)}\n`).join('');
}

/** `2 errors, 1 warning` */
export function countOf(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return `${plural(errors, 'error')}, ${plural(problems.length - errors, 'warning')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
