import faultInject from './fault-inject.ts';
import localRateLimit from './local-rate-limit.ts';
import type { NetworkFilterKind } from './network-filter.ts';
import rbac from './rbac.ts';

const KINDS: readonly NetworkFilterKind[] = [faultInject, localRateLimit, rbac];

/** The network filters that look at connections and let others take them, by the types that configurations give. */
export const NETWORK_FILTER_KINDS: ReadonlyMap<string, NetworkFilterKind> = new Map(KINDS.map((kind) => [kind.type, kind]));
