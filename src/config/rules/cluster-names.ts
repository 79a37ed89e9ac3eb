import { didYouMean } from '../../base/nearest.ts';
import type { Report } from '../../base/schema/report.ts';
import type { Cluster } from '../model/cluster.ts';

/**
 * How many names are looked up among those that are near. Each is compared with every cluster, and whoever has more of them wrong has
 * not slipped on a key.
 */
const MOST_LOOKED_UP = 20;

/** The names of the clusters that there are. */
export class ClusterNames {
  private readonly names: ReadonlySet<string>;
  private readonly remedies = new Map<string, string | undefined>();

  constructor(clusters: readonly Cluster[]) {
    this.names = new Set(clusters.map(({ name }) => name));
  }

  /**
   * A warning, unless the cluster `mustExist`: MOSN starts, and answers the requests of such a route with an error, and a cluster may
   * come later.
   */
  check(name: string, place: Report, mustExist = false): void {
    if (this.names.has(name)) return;
    const message = `names no cluster: there is none called ${JSON.stringify(name)}`;
    if (mustExist) place.error(message, this.remedyFor(name));
    else place.warn(message, this.remedyFor(name));
  }

  private remedyFor(name: string): string | undefined {
    if (!this.remedies.has(name) && this.remedies.size < MOST_LOOKED_UP) this.remedies.set(name, didYouMean(name, this.names));
    return this.remedies.get(name);
  }
}
