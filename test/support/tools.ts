import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The path of an executable on PATH, or undefined. */
export function findTool(name: string): string | undefined {
  const { PATH = '' } = process.env;
  // Debian keeps daemons where only root looks.
  for (const folder of [...PATH.split(delimiter), '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return undefined;
}

/**
 * For node:test's `skip` option: false when all of the tools are here, else the reason. On a developer's machine a missing tool skips
 * the test; in continuous integration (CI=true) it is an error, so that no test is silently left out there.
 */
export function requireTool(...names: string[]): false | string {
  const missing = names.filter((name) => findTool(name) === undefined);
  if (missing.length === 0) return false;
  const reason = `not installed: ${missing.join(', ')}`;
  const { CI } = process.env;
  if (CI === 'true') throw new Error(reason);
  return reason;
}
