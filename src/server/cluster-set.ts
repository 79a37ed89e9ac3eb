import { fault } from '../base/fault.ts';
import type { Timers } from '../base/timers.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import { ClusterManager } from '../upstream/cluster-manager.ts';
import { buildCluster, hostSpecs } from './build-cluster.ts';

/** The clusters of the configuration in force. A cluster that stays as it was, but for its hosts, keeps its connections and counts. */
export class ClusterSet {
  readonly manager = new ClusterManager();
  private readonly timers: Timers;
  /** What each cluster was built from, its hosts aside. */
  private readonly builtFrom = new Map<string, string>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  /** Those of a name that is not there yet. */
  add(entries: readonly ClusterEntry[]): void {
    for (const entry of entries) if (this.manager.get(entry.name) === undefined) this.build(entry);
  }

  /** These and no others. */
  update(entries: readonly ClusterEntry[]): void {
    const names = new Set(entries.map(({ name }) => name));
    for (const name of [...this.builtFrom.keys()]) if (!names.has(name)) this.remove(name);
    for (const entry of entries) {
      const cluster = this.manager.get(entry.name);
      if (cluster !== undefined && this.builtFrom.get(entry.name) === origin(entry)) cluster.updateHosts(hostSpecs(entry));
      else this.build(entry);
    }
  }

  /** Ends every connection now. */
  close(): void {
    const why = fault('cancelled', 'local', 'maybe', 'the proxy is stopping');
    for (const cluster of this.manager) for (const host of cluster.hosts) host.close(why);
    this.update([]);
  }

  private build(entry: ClusterEntry): void {
    this.builtFrom.set(entry.name, origin(entry));
    this.manager.set(buildCluster(entry, this.timers));
  }

  private remove(name: string): void {
    this.builtFrom.delete(name);
    this.manager.remove(name);
  }
}

/** All of an entry that a cluster cannot take over while it runs. */
function origin(entry: ClusterEntry): string {
  return JSON.stringify({ ...entry, hosts: [] });
}
