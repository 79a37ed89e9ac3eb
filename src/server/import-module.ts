import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isRecord } from '../base/schema/json.ts';

/** Those that hold for a program of Node.js that imports. */
const CONDITIONS: ReadonlySet<string> = new Set(['default', 'node', 'import']);

export interface ImportedModule {
  readonly default?: unknown;
}

/**
 * Imports a module that a configuration names: by a path from its folder on, or a package that is installed beside it, or else beside this
 * program.
 */
export function importModule(specifier: string, folder: string): Promise<ImportedModule> {
  if (isPath(specifier)) return import(pathToFileURL(resolve(folder, specifier)).href);
  const file = fileOfPackage(specifier, folder);
  return import(file === undefined ? specifier : pathToFileURL(file).href);
}

/** Whether there is such a package to be imported; what is in it may still be of no use. */
export function isInstalled(specifier: string, folder: string): boolean {
  if (fileOfPackage(specifier, folder) !== undefined) return true;
  try {
    import.meta.resolve(specifier);
    return true;
  } catch {
    // There is no such package, which is the answer.
    return false;
  }
}

export function isPath(specifier: string): boolean {
  return specifier.startsWith('./') || specifier.startsWith('../') || isAbsolute(specifier);
}

/** What a file of that folder would import; undefined: nothing. An ES module looks for packages where it stands itself, and not there. */
function fileOfPackage(specifier: string, folder: string): string | undefined {
  const require = createRequire(join(resolve(folder), 'configuration'));
  try {
    return require.resolve(specifier);
  } catch {
    // It is not there, or for `import` alone, which this way of asking does not count.
    const home = require.resolve.paths(specifier)?.find((each) => existsSync(join(each, specifier, 'package.json')));
    return home === undefined ? undefined : entryOf(join(home, specifier));
  }
}

/** The file that `exports` of a package gives to those who import the package itself. */
function entryOf(home: string): string | undefined {
  const description: unknown = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const exported = isRecord(description) ? description['exports'] : undefined;
  const entry = underConditions(isRecord(exported) && '.' in exported ? exported['.'] : exported);
  return entry === undefined ? undefined : join(home, entry);
}

/** The first condition that holds counts, as Node.js has it ("Conditional exports"). */
function underConditions(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (!isRecord(target)) return undefined;
  const held = Object.entries(target).find(([condition]) => CONDITIONS.has(condition));
  return held === undefined ? undefined : underConditions(held[1]);
}
