import { readFileSync } from 'node:fs';

/** Meshloom's version, as its package says. */
export const VERSION = readVersion();

function readVersion(): string {
  const description: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  if (typeof description === 'object' && description !== null && 'version' in description) return String(description.version);
  throw new Error('package.json has no version');
}
