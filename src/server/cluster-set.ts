import { fault } from '../base/fault.ts';
import type { Cluster as ClusterEntry } from '../config/index.ts';
import type { TlsDialer } from '../net/tls/tls-dialer.ts';
import type { Cluster } from '../upstream/cluster.ts';
import { ClusterManager } from '../upstream/cluster-manager.ts';
import { buildCluster } from './build-cluster.ts';
import type { ClusterSurroundings } from './cluster-surroundings.ts';
import { findHosts } from './find-hosts.ts';

/** The clusters of the configuration in force. A cluster that stays as it was, but for its hosts, keeps its connections and counts. */
export class ClusterSet {
  readonly manager = new ClusterManager();
  private readonly tlsOf: (entry: ClusterEntry) => TlsDialer | undefined;
  /** What each cluster was built from, its hosts aside. */
  private readonly builtFrom = new Map<string, string>();
  /** The hosts that stood in the entry of each. */
  private readonly hostsFrom = new Map<string, string>();
  private readonly dialers = new Map<string, TlsDialer>();
  /** Of the clusters that are about to be built. */
  private readonly prepared = new Map<string, TlsDialer>();

  /** Replaced when a new configuration wants another. */
  surroundings: ClusterSurroundings;

  /** `tlsOf`: makes the TLS of a cluster, or throws when its certificates cannot be used. */
  constructor(surroundings: ClusterSurroundings, tlsOf: (entry: ClusterEntry) => TlsDialer | undefined) {
    this.surroundings = surroundings;
    this.tlsOf = tlsOf;
  }

  /**
   * Reads the certificates of what `add` and `update` will build of these entries, so that neither of them can fail.
   * @throws StartError when some cannot be used; nothing has changed then.
   */
  prepare(entries: readonly ClusterEntry[]): void {
    try {
      for (const entry of entries) {
        if (this.stays(entry)) continue;
        const dialer = this.tlsOf(entry);
        if (dialer !== undefined) this.prepared.set(entry.name, dialer);
      }
    } catch (error) {
      this.discardPrepared();
      throw error;
    }
  }

  /** When nothing comes of what `prepare` was for. */
  discardPrepared(): void {
    for (const dialer of this.prepared.values()) dialer.close();
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
    const dialer = this.prepared.get(entry.name);
    this.prepared.delete(entry.name);
    this.dialers.get(entry.name)?.close();
    if (dialer === undefined) this.dialers.delete(entry.name);
    else this.dialers.set(entry.name, dialer);
    this.builtFrom.set(entry.name, origin(entry));
    const cluster = buildCluster(entry, this.surroundings, dialer);
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
    this.dialers.get(name)?.close();
    this.dialers.delete(name);
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
