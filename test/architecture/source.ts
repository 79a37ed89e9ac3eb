import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Source {
  /** From the root of the project: `src/base/bytes.ts`. */
  readonly path: string;
  readonly text: string;
  /** The text with comments blanked out, line numbers kept. */
  readonly code: string;
  /** What it imports or re-exports: files of the project as paths from its root, others as they are written. */
  readonly imports: readonly string[];
}

/** Every TypeScript file of these folders. */
export function sources(...folders: readonly string[]): readonly Source[] {
  return folders
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => relative(root, join(folder, name))))
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => scan(path, readFileSync(join(root, path), 'utf8')));
}

/** Strings are matched first, so that a `//` in one is no comment; template texts and regular expressions with quotes in them may confuse it. */
const TOKEN = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g;

export function scan(path: string, text: string): Source {
  const code = text.replace(TOKEN, (token) => (token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token));
  const imports = Array.from(code.matchAll(IMPORT), ([, , name]) => name!).map((name) =>
    name.startsWith('.') ? normalize(join(dirname(path), name)) : name,
  );
  return { path, text, code, imports };
}

/** `path:line: text` for each line of the code that the pattern finds something in. */
export function findings({ path, code, text }: Source, pattern: RegExp, where: 'code' | 'text' = 'code'): readonly string[] {
  return (where === 'code' ? code : text)
    .split('\n')
    .flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []));
}
