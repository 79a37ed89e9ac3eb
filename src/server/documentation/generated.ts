import { configurationPage, configurationSchema } from '../../config/documentation/documentation.ts';
import { RAW_PROTOCOL } from '../../config/index.ts';
import { BUILT_IN_TYPES, loadKinds } from '../../filter/builtin/kinds.ts';
import { NETWORK_FILTER_KINDS } from '../../filter/network/kinds.ts';
import { catalogueOf } from '../configured.ts';
import { ProtocolRegistry } from '../protocol-registry.ts';
import { filterPages } from './filter-pages.ts';

const root = new URL('../../../../', import.meta.url);

/** The pages that are made from what the code itself says: the text of each, by its path in the project. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  const registry = new ProtocolRegistry('.');
  const names = registry.builtIn.filter((name) => name !== RAW_PROTOCOL);
  const protocols = new Map(await Promise.all(names.map(async (name) => [name, await registry.load(name)] as const)));
  const filterKinds = await loadKinds(BUILT_IN_TYPES);
  const catalogue = catalogueOf(protocols, filterKinds);
  return new Map([
    ['docs/configuration.md', configurationPage(catalogue)],
    ['docs/config.schema.json', configurationSchema(catalogue)],
    ...filterPages(filterKinds, root, 'docs/filters'),
    ...filterPages(NETWORK_FILTER_KINDS, root, 'docs/filters/network'),
  ]);
}
