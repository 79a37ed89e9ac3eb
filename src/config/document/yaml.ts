import { createRequire } from 'node:module';
import type { Report } from '../../base/schema/report.ts';
import type { SyntaxFault } from './json.ts';

/** Reads YAML 1.2. The library is loaded at first use, so that a start from JSON does not wait for it. */
export function readYaml(text: string, report: Report): { readonly value: unknown } | SyntaxFault {
  const yaml: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  const lines = new yaml.LineCounter();
  // Merge keys (<<) are of YAML 1.1, but MOSN reads them and people use them.
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { message: oneLine(error.message), position: { line, column: col } };
  }
  for (const warning of document.warnings) report.warn(oneLine(warning.message));
  try {
    return { value: document.toJS() };
  } catch (thrown) {
    // What the library throws here: aliases that expand without bound, or that point nowhere.
    return { message: thrown instanceof Error ? oneLine(thrown.message) : 'it cannot be read', position: { line: 1, column: 1 } };
  }
}

function oneLine(message: string): string {
  return message.replace(/\s*\n[\s\S]*$/, '');
}
