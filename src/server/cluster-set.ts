import { fault } from '../base/fault.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import type { Cluster } from '../upstream/cluster.ts';
import { ClusterManager } from '../upstream/cluster-manager.ts';
import { buildCluster } from './build-cluster.ts';
import type { ClusterParts } from './cluster-parts.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';
import { findHosts } from './find-hosts.ts';

/** The clusters of the configuration in force. A cluster that stays as it was, but for its hosts, keeps its connections and counts. */
export class ClusterSet {
  readonly manager = new ClusterManager();
  private readonly partsOf: (entry: ClusterEntry) => Promise<ClusterParts>;
  /** What each cluster was built from, its hosts aside. */
  private readonly builtFrom = new Map<string, string>();
  /** The hosts that stood in the entry of each. */
  private readonly hostsFrom = new Map<string, string>();
  private readonly parts = new Map<string, ClusterParts>();
  /** Of the clusters that are about to be built. */
  private readonly prepared = new Map<string, ClusterParts>();

  /** Replaced when a new configuration wants another. */
  surroundings: ClusterSurroundings;

  /** `partsOf`: loads and makes what a cluster has need of, or rejects when its certificates cannot be used. */
  constructor(surroundings: ClusterSurroundings, partsOf: (entry: ClusterEntry) => Promise<ClusterParts>) {
    this.surroundings = surroundings;
    this.partsOf = partsOf;
  }

  /**
   * Loads and makes what `add` and `update` will build these entries of, certificates for one, so that neither of them can fail.
   * @throws StartError when some cannot be used; nothing has changed then.
   */
  async prepare(entries: readonly ClusterEntry[]): Promise<void> {
    try {
      for (const entry of entries) {
        if (this.stays(entry)) continue;
        this.prepared.set(entry.name, await this.partsOf(entry));
      }
    } catch (error) {
      this.discardPrepared();
      throw error;
    }
  }

  /** When nothing comes of what `prepare` was for. */
  discardPrepared(): void {
    for (const { tls } of this.prepared.values()) tls?.close();
    this.prepared.clear();
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
      if (cluster !== undefined && this.stays(entry)) this.findHosts(cluster, entry);
      else this.build(entry);
    }
  }

  /** Ends every connection now. */
  close(): void {
    const why = fault('cancelled', 'local', 'maybe', 'the proxy is stopping');
    for (const cluster of this.manager) for (const host of cluster.hosts) host.close(why);
    this.update([]);
  }

  private stays(entry: ClusterEntry): boolean {
    return this.builtFrom.get(entry.name) === origin(entry);
  }

  private build(entry: ClusterEntry): void {
    const parts = this.prepared.get(entry.name);
    if (parts === undefined) throw new Error(`cluster "${entry.name}" has not been prepared`);
    this.prepared.delete(entry.name);
    this.parts.get(entry.name)?.tls?.close();
    this.parts.set(entry.name, parts);
    this.builtFrom.set(entry.name, origin(entry));
    const cluster = buildCluster(entry, this.surroundings, parts);
    const before = this.manager.get(entry.name);
    if (before !== undefined) cluster.takeOverHealth(before);
    this.findHosts(cluster, entry);
    this.manager.set(cluster);
  }

  /** A cluster whose entry names the same hosts goes on as it is: what DNS has said of them is not forgotten. */
  private findHosts(cluster: Cluster, entry: ClusterEntry): void {
    const hosts = written(entry.hosts);
    if (cluster === this.manager.get(entry.name) && this.hostsFrom.get(entry.name) === hosts) return;
    this.hostsFrom.set(entry.name, hosts);
    findHosts(cluster, entry, this.surroundings);
  }

  private remove(name: string): void {
    this.builtFrom.delete(name);
    this.hostsFrom.delete(name);
    this.parts.get(name)?.tls?.close();
    this.parts.delete(name);
    this.manager.remove(name);
  }
}

/** All of an entry that a cluster cannot take over while it runs. */
function origin(entry: ClusterEntry): string {
  return written({ ...entry, hosts: [] });
}

function written(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (each instanceof Map ? [...each] : each));
}
