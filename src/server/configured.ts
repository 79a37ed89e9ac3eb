import { anything } from '../base/schema/scalars.ts';
import {
  type Catalogue,
  type Configuration,
  check,
  gatherFolders,
  mentionedPlugins,
  mentionedProtocols,
  mentionedStreamFilters,
  type Problem,
  type ProtocolEntry,
  type Schema,
} from '../config/index.ts';
import { accessLogFault } from '../filter/builtin/access-log/index.ts';
import { BUILT_IN_TYPES, loadKinds } from '../filter/builtin/kinds.ts';
import { expression } from '../filter/expression/expression.ts';
import type { FilterKind } from '../filter/filter-kind.ts';
import { variable } from '../filter/format/variables.ts';
import { NETWORK_FILTER_KINDS } from '../filter/network/kinds.ts';
import { cipherSuitesFault, curvesFault } from '../net/tls/cipher-suites.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { parseDomain } from '../router/domain.ts';
import { LOAD_BALANCERS } from '../upstream/balancers/index.ts';
import { ORIGINAL_DESTINATION } from '../upstream/original-destination.ts';
import { loadPlugins, NO_PLUGINS, type Plugins } from './plugins.ts';
import type { ProtocolRegistry } from './protocol-registry.ts';

/** The network filters that there are, by MOSN's names. */
const NETWORK_FILTERS: ReadonlySet<string> = new Set(['proxy', 'tcp_proxy', 'udp_proxy']);

/** Built-in stream filters that no listener has. Settings for them reach nobody, so that how they are read does not matter. */
const NOT_LOADED: readonly (readonly [string, Schema<unknown>])[] = BUILT_IN_TYPES.map((type) => [type, anything()]);

/** A checked configuration, and the protocols and stream filters that it speaks of. */
export interface Configured {
  /** undefined when it cannot be run. */
  readonly configuration: Configuration | undefined;
  /** As it was written, with what stands in folders. */
  readonly document: unknown;
  readonly problems: readonly Problem[];
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly filterKinds: ReadonlyMap<string, FilterKind>;
  readonly plugins: Plugins;
  readonly catalogue: Catalogue;
}

/**
 * Reads what a document has in folders, loads the plugins, protocols and filters that it names, and checks it against what they and the rest of
 * this proxy can do.
 */
export async function configure(written: unknown, registry: ProtocolRegistry): Promise<Configured> {
  const { document, problems: unread, locate } = gatherFolders(written, registry.baseFolder);
  const plugins = await loadPlugins(mentionedPlugins(document), registry.baseFolder, registry.builtIn);
  const protocols = new Map([...(await loadProtocols(document, registry, plugins)), ...plugins.protocols]);
  const named = registry.builtIn.map((name): [string, ProtocolEntry] => [name, {}]);
  const filterKinds = new Map([...(await loadKinds(mentionedStreamFilters(document))), ...plugins.filters]);
  const catalogue = catalogueOf(new Map([...named, ...protocols]), filterKinds, plugins);
  const checked = check(document, catalogue);
  const problems = [...unread, ...checked.problems.map(locate)];
  const configuration = problems.some(({ severity }) => severity === 'error') ? undefined : checked.configuration;
  return { configuration, document, problems, protocols, filterKinds, plugins, catalogue };
}

/** What there is to configure besides protocols. */
export function catalogueOf(
  protocols: Catalogue['protocols'],
  filterKinds: ReadonlyMap<string, FilterKind>,
  { balancers, discoveries }: Plugins = NO_PLUGINS,
): Catalogue {
  const settings = Array.from(filterKinds, ([type, kind]): [string, Schema<unknown>] => [type, kind.settings]);
  return {
    protocols,
    networkFilters: NETWORK_FILTERS,
    connectionFilters: new Map(Array.from(NETWORK_FILTER_KINDS, ([type, { settings }]) => [type, settings])),
    streamFilters: new Map([...NOT_LOADED, ...settings]),
    discoveries: new Map(Array.from(discoveries, ([type, { settings: schema }]) => [type, schema])),
    balancers: new Set([...LOAD_BALANCERS, ORIGINAL_DESTINATION, ...balancers.keys()]),
    domainFault: (domain) => problemOf(parseDomain(domain)),
    accessLogFault,
    variableFault: (name) => problemOf(variable(name)),
    expressionFault: (source) => problemOf(expression(source)),
    cipherSuitesFault,
    curvesFault,
  };
}

/** Compilers answer with a text when they cannot compile. */
function problemOf(compiled: unknown): string | undefined {
  return typeof compiled === 'string' ? compiled : undefined;
}

/** By the names that configurations use. Of what nobody can load the check says that there is no such protocol. */
async function loadProtocols(document: unknown, registry: ProtocolRegistry, plugins: Plugins): Promise<ReadonlyMap<string, Protocol>> {
  const { names, all } = mentionedProtocols(document);
  // A filter of a plugin may ask in any of them, too.
  const asking = plugins.filters.size > 0;
  const wanted = new Set([...(all || asking ? registry.builtIn : []), ...names].map((name) => registry.nameOf(name)));
  const known = [...wanted].filter((name) => !plugins.protocols.has(name) && registry.has(name));
  return new Map(await Promise.all(known.map(async (name): Promise<[string, Protocol]> => [name, await registry.load(name)])));
}
