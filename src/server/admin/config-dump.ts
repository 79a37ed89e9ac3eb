import { type AdminAnswer, type AdminRequest, errorAnswer, jsonAnswer, sortedByKey, textAnswer } from './message.ts';
import type { AdminSource, Json, JsonObject } from './source.ts';

/** Configurations by name. */
type Named = Readonly<Record<string, JsonObject>>;

/** A configuration taken apart as MOSN's `config_dump` does it: what can change while it runs by name, and the rest. */
export interface TakenApart {
  readonly rest: JsonObject;
  readonly listeners: Named;
  readonly clusters: Named;
  readonly routers: Named;
  readonly extends: readonly Json[];
}

/**
 * `GET /api/v1/config_dump`, whole or one part. The statuses are MOSN's: an unknown name gives an empty object with 200,
 * an unknown parameter 500.
 */
export function configDump({ query }: AdminRequest, source: AdminSource): AdminAnswer {
  const parameters = new Set(query.keys());
  const apart = takeApart(source.configuration());
  if (parameters.size === 0) return jsonAnswer(JSON.stringify(whole(apart)));
  if (parameters.size > 1) return textAnswer('only support one parameter', 400);
  const [parameter = ''] = parameters;
  const part = select(apart, parameter, query.get(parameter) ?? '');
  return part === undefined ? errorAnswer(500, 'internal error') : jsonAnswer(JSON.stringify(part, undefined, 1));
}

function select({ rest, listeners, clusters, routers }: TakenApart, parameter: string, name: string): JsonObject | undefined {
  switch (parameter) {
    case 'mosnconfig':
      return rest;
    case 'allrouters':
      return routers;
    case 'allclusters':
      return clusters;
    case 'alllisteners':
      return listeners;
    case 'router':
      return named(routers, name);
    case 'cluster':
      return named(clusters, name);
    case 'listener':
      return named(listeners, name);
    default:
      return undefined;
  }
}

function named(all: Named, name: string): JsonObject {
  return Object.hasOwn(all, name) ? all[name]! : {};
}

/** Parts that are empty are left out. */
function whole({ rest, listeners, clusters, routers, extends: extensions }: TakenApart): JsonObject {
  const filled = (part: Named): Named | undefined => (Object.keys(part).length === 0 ? undefined : part);
  return {
    mosn_config: rest,
    listener: filled(listeners),
    cluster: filled(clusters),
    routers: filled(routers),
    extends: extensions.length === 0 ? undefined : extensions,
  };
}

export function takeApart(configuration: JsonObject): TakenApart {
  const [{ servers: allServers, cluster_manager: manager, extends: extensions }, others] = split(
    configuration,
    'servers',
    'cluster_manager',
    'extends',
  );
  const servers = objects(allServers).map((server) => split(server, 'listeners', 'routers'));
  const listeners = servers.flatMap(([server]) => objects(server.listeners));
  const routers = [...servers.flatMap(([server]) => objects(server.routers)), ...listeners.flatMap(inlineRouters)];
  const [{ clusters }, managerRest] = split(isObject(manager) ? manager : {}, 'clusters');
  return {
    rest: {
      ...(servers.length === 0 ? {} : { servers: servers.map(([, rest]) => rest) }),
      ...(isObject(manager) ? { cluster_manager: managerRest } : {}),
      ...others,
    },
    // MOSN makes up a name for a listener that has none; its address says more.
    listeners: byName(listeners, 'name', 'address'),
    clusters: byName(objects(clusters), 'name'),
    routers: byName(routers, 'router_config_name'),
    extends: Array.isArray(extensions) ? extensions : [],
  };
}

/** Older files of MOSN's write a listener's routes as a network filter beside the proxy. */
function inlineRouters(listener: JsonObject): readonly JsonObject[] {
  const chains = objects(split(listener, 'filter_chains')[0].filter_chains);
  const filters = chains.flatMap((chain) => objects(split(chain, 'filters')[0].filters));
  return filters.flatMap((filter) => {
    const [{ type, config }] = split(filter, 'type', 'config');
    return type === 'connection_manager' && isObject(config) ? [config] : [];
  });
}

/** By the first of these keys that says something. */
function byName(all: readonly JsonObject[], ...keys: readonly string[]): Named {
  const nameOf = (one: JsonObject): string => {
    const [found] = split(one, ...keys);
    return String(keys.map((key) => found[key]).find((name) => name !== undefined && name !== '') ?? '');
  };
  return sortedByKey(Object.fromEntries(all.map((one) => [nameOf(one), one])));
}

/** What stands at some keys, and the rest. Keys are as they were written, and Go matches them without regard to case. */
function split<Key extends string>(
  object: JsonObject,
  ...keys: readonly Key[]
): [{ readonly [key in Key]?: Json | undefined }, JsonObject] {
  const found: { [key in Key]?: Json | undefined } = {};
  const rest: [string, Json | undefined][] = [];
  for (const [written, value] of Object.entries(object)) {
    const key = keys.find((each) => each === written.toLowerCase());
    if (key === undefined) rest.push([written, value]);
    else found[key] = value;
  }
  return [found, Object.fromEntries(rest)];
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
