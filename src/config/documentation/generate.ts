/** `npm run docs`: writes the pages that are made from the schema. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Catalogue } from '../catalogue.ts';
import { configurationPage, configurationSchema } from './documentation.ts';

/** What stands in the documentation whatever protocols and filters there are. */
const BARE: Catalogue = {
  protocols: new Map(),
  networkFilters: new Set(),
  streamFilters: new Map(),
  balancers: new Set(),
  regexFault: () => undefined,
  domainFault: () => undefined,
  accessLogFault: () => undefined,
};

export const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/configuration.md': () => configurationPage(BARE),
  'docs/config.schema.json': () => configurationSchema(BARE),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = new URL('../../../../', import.meta.url);
  for (const [path, text] of Object.entries(GENERATED)) writeFileSync(new URL(path, root), text());
}
