import type { Cluster as ClusterEntry } from '../config/index.ts';
import type { TlsDialer } from '../net/tls/tls-dialer.ts';
import { loadBalancers, type MakeLoadBalancer } from '../upstream/balancers/index.ts';
import type { buildHealthChecker } from './build-health-checker.ts';
import type { buildOutlierDetector } from './build-outlier-detector.ts';
import type { TlsSurroundings } from './build-tls.ts';
import type { Plugins } from './plugins.ts';

/** What not every cluster has, made ready before it is built: building cannot fail then, and what nobody has costs no start. */
export interface ClusterParts {
  /** Who chooses among its hosts; undefined where they find themselves (`ORIGINAL_DST`). */
  readonly makeBalancer: MakeLoadBalancer | undefined;
  readonly buildHealthChecker: typeof buildHealthChecker | undefined;
  readonly buildOutlierDetector: typeof buildOutlierDetector | undefined;
  /** How to reach its hosts, where it has TLS. */
  readonly tls: TlsDialer | undefined;
}

/** @throws StartError when its certificates cannot be used. */
export async function prepareParts(
  entry: ClusterEntry,
  { balancers }: Pick<Plugins, 'balancers'>,
  surroundings: TlsSurroundings,
): Promise<ClusterParts> {
  const { loadBalancer: name, healthCheck, outlierDetection, tlsContext } = entry;
  return {
    makeBalancer: (await loadBalancers([name])).get(name) ?? balancers.get(name),
    buildHealthChecker: healthCheck && (await import('./build-health-checker.ts')).buildHealthChecker,
    buildOutlierDetector: outlierDetection && (await import('./build-outlier-detector.ts')).buildOutlierDetector,
    // Last, for what it opens somebody has to close.
    tls: tlsContext?.status === true ? (await import('./build-tls.ts')).buildTlsDialer(entry, tlsContext, surroundings) : undefined,
  };
}
