export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Sentences to print below. */
  readonly notes: readonly string[];
}

export function markdown({ title, columns, rows, notes }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const lines = [`## ${title}`, '', line(columns), line(columns.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)];
  return `${[...lines, ...notes.flatMap((note) => ['', note])].join('\n')}\n`;
}

/** How many times as much, against the row of that name: '' without such a row. */
export function ratio(value: number, base: number | undefined): string {
  return base === undefined ? '' : (value / base).toFixed(2);
}
