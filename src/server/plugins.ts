import { loadFailure } from '../base/load-failure.ts';
import { BUILT_IN_TYPES } from '../filter/builtin/kinds.ts';
import type { FilterKind } from '../filter/filter-kind.ts';
import { guarded } from '../filter/guarded.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { LOAD_BALANCERS, type MakeLoadBalancer } from '../upstream/balancers/index.ts';
import type { DiscoveryKind } from './discovery-kind.ts';
import { type ImportedModule, importModule } from './import-module.ts';
import { isProtocol } from './protocol-registry.ts';
import { StartError } from './start-error.ts';

/** What the module of a plugin exports as its default: things that configurations name, any number of each kind. */
export interface Plugin {
  /** Named in `downstream_protocol` and `upstream_protocol` as they name themselves. */
  readonly protocols?: readonly Protocol[];
  /** Named in `stream_filters` by their types. */
  readonly filters?: readonly FilterKind[];
  /** Named in `lb_type`. */
  readonly balancers?: Readonly<Record<string, MakeLoadBalancer>>;
  /** Named in `discovery` of clusters by their types. */
  readonly discoveries?: readonly DiscoveryKind[];
}

/** What all plugins of a configuration bring, by name. */
export interface Plugins {
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly filters: ReadonlyMap<string, FilterKind>;
  readonly balancers: ReadonlyMap<string, MakeLoadBalancer>;
  readonly discoveries: ReadonlyMap<string, DiscoveryKind>;
}

export const NO_PLUGINS: Plugins = { protocols: new Map(), filters: new Map(), balancers: new Map(), discoveries: new Map() };

/**
 * Loads the plugins of a configuration, in order.
 * @throws StartError that says which one cannot be used and why.
 */
export async function loadPlugins(specifiers: readonly string[], folder: string, builtInProtocols: readonly string[]): Promise<Plugins> {
  const modules = await Promise.all(specifiers.map(async (specifier) => [specifier, await load(specifier, folder)] as const));
  const protocols = new Map<string, Protocol>();
  const filters = new Map<string, FilterKind>();
  const balancers = new Map<string, MakeLoadBalancer>();
  const discoveries = new Map<string, DiscoveryKind>();
  for (const [specifier, plugin] of modules) {
    const put = <T>(what: string, into: Map<string, T>, builtIn: Iterable<string>, name: string, value: T): void => {
      if (into.has(name) || [...builtIn].includes(name))
        throw new StartError(`plugin "${specifier}": there is a ${what} "${name}" already`);
      into.set(name, value);
    };
    for (const each of plugin.protocols ?? []) put('protocol', protocols, builtInProtocols, each.name, each);
    for (const each of plugin.filters ?? []) put('stream filter', filters, BUILT_IN_TYPES, each.type, guardedKind(each));
    for (const [name, each] of Object.entries(plugin.balancers ?? {})) put('balancer', balancers, LOAD_BALANCERS, name, each);
    for (const each of plugin.discoveries ?? []) put('discovery', discoveries, [], each.type, each);
  }
  return { protocols, filters, balancers, discoveries };
}

async function load(specifier: string, folder: string): Promise<Plugin> {
  let module: ImportedModule;
  try {
    module = await importModule(specifier, folder);
  } catch (error) {
    throw new StartError(`plugin "${specifier}" cannot be loaded: ${loadFailure(error)}`);
  }
  const wrong = faultOf(module.default);
  if (wrong !== undefined) throw new StartError(`plugin "${specifier}": ${wrong}`);
  // Its parts have been looked at.
  return module.default as Plugin;
}

/** A kind whose filters do no harm to other exchanges than their own, whatever they throw. */
function guardedKind({ type, settings, build }: FilterKind): FilterKind {
  return {
    type,
    settings,
    async build(own, surroundings) {
      const filter = await build(own, surroundings);
      const name = `filter ${type}`;
      const retire = (): void => {
        try {
          filter.retire?.();
        } catch (error) {
          surroundings.log.error(`${name} failed in retire`, { error });
        }
      };
      return { ...guarded(filter, name, surroundings.log), retire };
    },
  };
}

/** What is wrong with the default export of a plugin; undefined when it can be used. */
function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'the default export of the module is no Plugin';
  const { protocols = [], filters = [], balancers = {}, discoveries = [] } = value as Plugin;
  if (!Array.isArray(protocols) || !Array.isArray(filters) || !Array.isArray(discoveries)) {
    return '`protocols`, `filters` and `discoveries` must be arrays';
  }
  if (protocols.length + filters.length + discoveries.length + Object.keys(balancers).length === 0) return 'it brings nothing';
  if (!protocols.every(isProtocol)) return 'one of its `protocols` has not what a Protocol has: name, sniff, server, client';
  if (!filters.every(isKind)) return 'one of its `filters` has not what a FilterKind has: type, settings, build';
  if (!discoveries.every(isKind)) return 'one of its `discoveries` has not what a DiscoveryKind has: type, settings, build';
  if (!Object.values(balancers).every((make) => typeof make === 'function')) return 'one of its `balancers` is no function';
  return undefined;
}

/** Filters and discoveries have the same parts. */
function isKind(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { type, settings, build } = value as Partial<FilterKind>;
  return typeof type === 'string' && typeof settings?.read === 'function' && typeof build === 'function';
}
