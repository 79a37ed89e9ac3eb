import type { Cluster } from '../../upstream/cluster.ts';
import { HealthFlag } from '../../upstream/host.ts';
import type { HostState } from './host-state.ts';

/** Envoy's names; the last two are ours, for it knows nothing of the kind. */
const FLAGS: readonly (readonly [flag: HealthFlag, name: string])[] = [
  [HealthFlag.activeCheck, 'failed_active_hc'],
  [HealthFlag.outlier, 'failed_outlier_check'],
  [HealthFlag.ending, 'ending'],
  [HealthFlag.suspended, 'suspended'],
];

/** Every host of these clusters. */
export function collectHosts(clusters: Iterable<Cluster>): readonly HostState[] {
  return Array.from(clusters).flatMap((cluster) =>
    cluster.hosts.map((host): HostState => {
      const { address, hostname, weight, counts } = host;
      const { requestTotal, requestActive, responseSuccess, responseFailed } = counts;
      const healthFlags = FLAGS.filter(([flag]) => host.hasHealthFlag(flag)).map(([, name]) => name);
      return {
        cluster: cluster.name,
        address,
        hostname,
        weight,
        healthFlags,
        requestTotal,
        requestActive,
        responseSuccess,
        responseFailed,
      };
    }),
  );
}
