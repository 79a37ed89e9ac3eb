import type { Cluster } from './cluster.ts';

/** The clusters that routes name. */
export class ClusterManager {
  private readonly clusters = new Map<string, Cluster>();

  get(name: string): Cluster | undefined {
    return this.clusters.get(name);
  }

  [Symbol.iterator](): Iterator<Cluster> {
    return this.clusters.values();
  }

  /** Adds it, or puts it in the place of the one of that name, which is drained. */
  set(cluster: Cluster): void {
    const before = this.clusters.get(cluster.name);
    this.clusters.set(cluster.name, cluster);
    if (before !== cluster) before?.drain();
  }

  remove(name: string): void {
    const cluster = this.clusters.get(name);
    this.clusters.delete(name);
    cluster?.drain();
  }
}
