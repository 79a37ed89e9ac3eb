import type { FilterKind } from '../filter-kind.ts';

/** The built-in stream filters by the types that configurations give. Each is loaded when a configuration has one. */
const KINDS: Readonly<Record<string, () => Promise<{ readonly default: FilterKind }>>> = {
  buffer: () => import('./buffer/index.ts'),
  compression: () => import('./compression/index.ts'),
  cors: () => import('./cors/index.ts'),
  ext_authz: () => import('./ext-authz/index.ts'),
  dsl: () => import('./dsl/index.ts'),
  fault: () => import('./fault/index.ts'),
  fault_tolerance: () => import('./fault-tolerance/index.ts'),
  flowControlFilter: () => import('./flow-control/index.ts'),
  forwarded: () => import('./forwarded/index.ts'),
  gzip: () => import('./compression/gzip.ts'),
  header_to_metadata: () => import('./header-to-metadata/index.ts'),
  healthcheck: () => import('./health-check/index.ts'),
  ip_access: () => import('./ip-access/index.ts'),
  jwt_authn: () => import('./jwt-authn/index.ts'),
  local_rate_limit: () => import('./local-rate-limit/index.ts'),
  mirror: () => import('./mirror/index.ts'),
  payload_limit: () => import('./payload-limit/index.ts'),
  script: () => import('./script/index.ts'),
};

/** The types of all built-in stream filters. */
export const BUILT_IN_TYPES: readonly string[] = Object.keys(KINDS);

/** Loads the built-in kinds among some types, and passes over all others. */
export async function loadKinds(types: Iterable<string>): Promise<ReadonlyMap<string, FilterKind>> {
  const known = [...new Set(types)].filter((type) => Object.hasOwn(KINDS, type));
  return new Map(await Promise.all(known.map(async (type): Promise<[string, FilterKind]> => [type, (await KINDS[type]!()).default])));
}
