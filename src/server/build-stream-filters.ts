import { loadFailure } from '../base/load-failure.ts';
import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';
import type { Listener as ListenerEntry } from '../config/index.ts';
import type { Filter } from '../filter/filter.ts';
import type { FilterKind, FilterSurroundings } from '../filter/filter-kind.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { asking } from '../proxy/side-request.ts';
import type { ClusterManager } from '../upstream/cluster-manager.ts';
import { suspendHost } from '../upstream/host-suspension.ts';
import { StartError } from './start-error.ts';

/** What the stream filters of a listener are built from. */
export interface StreamFilterSurroundings {
  readonly timers: Timers;
  readonly clusters: ClusterManager;
  readonly filterKinds: ReadonlyMap<string, FilterKind>;
  readonly logger: Logger;
  /** Where relative paths start from. */
  readonly folder: string;
  /** See FilterSurroundings.rebuild. */
  rebuild(why: string): void;
  protocolOf(name: string): Protocol | undefined;
}

/**
 * The stream filters of a listener, in the order of the configuration.
 * @throws StartError when one of them cannot be made; then the others have been let go.
 */
export async function buildStreamFilters(
  { name, streamFilters }: ListenerEntry,
  surroundings: StreamFilterSurroundings,
): Promise<readonly Filter[]> {
  const { timers, clusters, filterKinds, logger, folder } = surroundings;
  const forFilters: FilterSurroundings = {
    timers,
    log: logger,
    folder,
    rebuild: (why) => surroundings.rebuild(why),
    ask: asking(surroundings),
    random: Math.random,
    suspendHost(name, address, forMs) {
      const host = clusters.get(name)?.hosts.find((each) => each.address === address);
      return host !== undefined && suspendHost(host, forMs, timers);
    },
    hostsOf(name) {
      const hosts = clusters.get(name)?.hosts;
      return hosts && { hosts: hosts.length, healthy: hosts.filter(({ healthy }) => healthy).length };
    },
  };
  const outcomes = await Promise.allSettled(
    streamFilters.map(async ({ type, config }) => {
      try {
        return await filterKinds.get(type)!.build(config, forFilters);
      } catch (error) {
        throw new StartError(`listener "${name}": stream filter ${type}: ${loadFailure(error)}`);
      }
    }),
  );
  const filters = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return filters;
  for (const filter of filters) filter.retire?.();
  throw failure.reason;
}
