import type { HostChoice, LoadBalancer, Picker } from './balancer.ts';
import { UpstreamCounts } from './counts.ts';
import type { Discovery } from './discovery.ts';
import type { HealthChecker } from './health/health-checker.ts';
import { type CreatePool, HealthFlag, Host, type HostSpec, type Suspension } from './host.ts';
import { Limits, type Thresholds } from './limits.ts';
import type { OutlierDetector } from './outlier/outlier-detector.ts';

/** Is told which hosts a cluster has, at first and whenever that changes; of none at all when the cluster goes. */
export interface HostWatcher {
  onHosts(hosts: readonly Host[]): void;
}

export interface ClusterSettings {
  readonly name: string;
  readonly balancer: LoadBalancer;
  readonly thresholds?: Thresholds | undefined;
  readonly createPool: CreatePool;
  /** See Cluster.connectionPerDownstream. */
  readonly connectionPerDownstream?: boolean | undefined;
  /** Who asks the hosts whether they work. */
  readonly healthChecker?: HealthChecker | undefined;
  /** Who judges them by what becomes of requests. */
  readonly outlierDetector?: OutlierDetector | undefined;
  /** Who else follows the hosts. */
  readonly watchers?: readonly HostWatcher[] | undefined;
}

/** Hosts that do the same work. */
export class Cluster {
  readonly name: string;
  /** Replaced whole, never edited. */
  picker: Picker;
  readonly limits: Limits;
  readonly counts = new UpstreamCounts();
  private readonly balancer: LoadBalancer;
  private discovery: Discovery | undefined;
  /** Each downstream connection has upstream connections of its own, on which the upstream can call back; undefined: for requests that say that they need it. */
  readonly connectionPerDownstream: boolean | undefined;
  private readonly createPool: CreatePool;
  readonly healthChecker: HealthChecker | undefined;
  readonly outlierDetector: OutlierDetector | undefined;
  private readonly watchers: readonly HostWatcher[];
  private byAddress: ReadonlyMap<string, Host> = new Map();
  /** Addresses of hosts that have not come yet, and that failed the checks when they were last seen. */
  private readonly failing = new Set<string>();
  /** Of hosts that have not come yet, by address. */
  private readonly suspended = new Map<string, Suspension>();

  constructor(settings: ClusterSettings) {
    this.name = settings.name;
    this.limits = new Limits(settings.thresholds);
    this.balancer = settings.balancer;
    this.createPool = settings.createPool;
    this.healthChecker = settings.healthChecker;
    this.outlierDetector = settings.outlierDetector;
    this.watchers = [this.healthChecker, this.outlierDetector, ...(settings.watchers ?? [])].filter((watcher) => watcher !== undefined);
    this.connectionPerDownstream = settings.connectionPerDownstream;
    this.picker = this.balancer.build([], this.counts);
  }

  /** A host for the next attempt that is not in `tried`: a healthy one of the balancer's choice, or else one that may be back. */
  pick(choice: HostChoice, tried: readonly Host[]): Host | undefined {
    return this.picker.pick(choice, tried) ?? this.picker.pick(choice, tried, HealthFlag.ending);
  }

  get hosts(): readonly Host[] {
    return [...this.byAddress.values()];
  }

  /** Its hosts are those that `discovery` finds, until the cluster is drained. */
  follow(discovery: Discovery): void {
    this.discovery?.stop();
    this.discovery = discovery;
    discovery.start((hosts) => this.updateHosts(hosts));
  }

  /** The cluster consists of these from now on. A host whose address stays keeps its connections, counts and health; one that left is drained. */
  updateHosts(specs: readonly HostSpec[]): void {
    const before = this.byAddress;
    const after = new Map<string, Host>();
    for (const spec of specs) {
      if (after.has(spec.address)) continue;
      const known = before.get(spec.address);
      if (known === undefined) {
        after.set(spec.address, this.newHost(spec));
      } else {
        known.update(spec);
        after.set(spec.address, known);
      }
    }
    this.byAddress = after;
    this.picker = this.balancer.build([...after.values()], this.counts);
    for (const [address, host] of before) if (!after.has(address)) host.drain();
    for (const watcher of this.watchers) watcher.onHosts(this.hosts);
  }

  private newHost(spec: HostSpec): Host {
    const host = new Host(spec, this.counts, this.createPool);
    if (this.failing.delete(host.address)) host.setHealthFlag(HealthFlag.activeCheck);
    this.suspended.get(host.address)?.hold(host);
    this.suspended.delete(host.address);
    return host;
  }

  /** It is about to take the place of another one: what was found of hosts there holds here too, as soon as they come, until it finds something else itself. */
  takeOverHealth({ hosts, outlierDetector }: Cluster): void {
    if (this.healthChecker !== undefined) {
      for (const host of hosts) if (host.hasHealthFlag(HealthFlag.activeCheck)) this.failing.add(host.address);
    }
    for (const { address, suspension } of hosts) if (suspension !== undefined) this.suspended.set(address, suspension);
    if (outlierDetector !== undefined) this.outlierDetector?.takeOver(outlierDetector);
  }

  /** The cluster is gone from the configuration: open streams finish, nothing new is taken. */
  drain(): void {
    this.discovery?.stop();
    this.updateHosts([]);
  }
}
