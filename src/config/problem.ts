import type { Problem } from '../base/schema/report.ts';

/** One line for a person: `config.json: error: servers[0].listeners: must be a list, but is null (put it in [ ])`. */
export function formatProblem(problem: Problem, file?: string): string {
  const { severity, path, message, remedy } = problem;
  const parts = [...place(problem, file), severity, ...(path === '' ? [] : [path]), message];
  return `${parts.join(': ')}${remedy === undefined ? '' : ` (${remedy})`}`;
}

function place({ position, file: own }: Problem, common: string | undefined): readonly string[] {
  const file = own ?? common;
  if (position === undefined) return file === undefined ? [] : [file];
  const { line, column } = position;
  return [file === undefined ? `line ${line}, column ${column}` : `${file}:${line}:${column}`];
}
