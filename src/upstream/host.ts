import type { Fault } from '../base/fault.ts';
import type { ConnectionEnds } from '../net/socket-acceptor.ts';
import type { Outcome, ResponseHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { Pool, TakeRequest } from '../stream/pool.ts';
import { type UpstreamCount, UpstreamCounts } from './counts.ts';

export interface HostSpec {
  /** `ip:port`, `[ip]:port`, `name:port`, or `unix:` and a path. */
  readonly address: string;
  /** Name for TLS, for host rewrites and for people; '' when there is none. */
  readonly hostname?: string | undefined;
  /** Share of the traffic, from 1 to 128; what lies outside is taken as the nearer end. */
  readonly weight?: number | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** 0 is the first; the next gets what those before it cannot carry. */
  readonly priority?: number | undefined;
  /** Where it stands; '' when nobody says. */
  readonly locality?: string | undefined;
  readonly tlsDisable?: boolean | undefined;
}

export const MIN_WEIGHT = 1;
/** MOSN's and Envoy's bound: weighted schedules stay small and even. */
export const MAX_WEIGHT = 128;

/** Who found the host unfit. Each sets and clears its own flag; the host is healthy while none is set. */
export const HealthFlag = { activeCheck: 1, outlier: 2, ending: 4, suspended: 8 } as const;
export type HealthFlag = (typeof HealthFlag)[keyof typeof HealthFlag];

/** A time without requests. */
export interface Suspension {
  /** Also for this host, which has taken the place of another one; for none once it is over. */
  hold(host: Host): void;
}

/** Judges a host by what becomes of the requests that it gets. */
export interface PassiveCheck {
  /** A response head has come, or the trailers where only they tell what `outcome` there is. */
  onResponse(head: ResponseHead, outcome: Outcome): void;
  /** A request has ended without one, or in the middle of the response. */
  onFault(why: Fault): void;
  /** The host has passed an active check. */
  onCheckPassed(): void;
}

/** The downstream connection that a pool belongs to. */
export interface BoundTo {
  /** What the called side asks goes there. */
  readonly takeRequest: TakeRequest;
  readonly ends: ConnectionEnds;
}

/** Makes the pool of connections to one host in one protocol: for everybody, or for one downstream connection. */
export type CreatePool = (host: Host, protocol: Protocol, bound?: BoundTo) => Pool;
/** Measures how long a host takes to answer, and how often it fails. Times are of `now`, in milliseconds. */
export interface ResponseMeter {
  readonly now: number;
  /** A response head has come to a request that began at `startedAt`. */
  onHead(startedAt: number): void;
  /** What the response comes to: known with its head, or with the trailers where only they tell. */
  onOutcome(head: ResponseHead, outcome: Outcome): void;
  /** It has ended without one. */
  onFault(startedAt: number): void;
}

/** One place that requests can be sent to. It lives as long as its address belongs to the cluster, whatever else is said about it. */
export class Host {
  readonly address: string;
  hostname: string;
  weight: number;
  metadata: Readonly<Record<string, string>>;
  priority: number;
  locality: string;
  tlsDisable: boolean;
  readonly counts = new UpstreamCounts();
  /** Where the cluster judges its hosts by their answers. */
  passiveCheck: PassiveCheck | undefined = undefined;
  /** While it is suspended. */
  suspension: Suspension | undefined = undefined;
  /** Where the cluster's balancer goes by it. */
  meter: ResponseMeter | undefined = undefined;
  /** Since when its share grows: for slow start, which sets it. Of a host that has been ill it is forgotten. */
  warmingSince: number | undefined = undefined;
  private readonly clusterCounts: UpstreamCounts;
  private readonly createPool: CreatePool;
  private healthFlags = 0;
  private lastProtocol: Protocol | undefined;
  private lastPool: Pool | undefined;
  private readonly pools = new Map<Protocol, Pool>();
  /** Of connections that belong to one downstream connection each. */
  private readonly bound = new Set<Pool>();
  private draining = false;

  constructor(spec: HostSpec, clusterCounts: UpstreamCounts, createPool: CreatePool) {
    this.address = spec.address;
    this.hostname = spec.hostname ?? '';
    this.weight = clampWeight(spec.weight);
    this.metadata = spec.metadata ?? {};
    this.priority = spec.priority ?? 0;
    this.locality = spec.locality ?? '';
    this.tlsDisable = spec.tlsDisable ?? false;
    this.clusterCounts = clusterCounts;
    this.createPool = createPool;
  }

  /** Takes over what a new configuration says of the same address. */
  update(spec: HostSpec): void {
    this.hostname = spec.hostname ?? '';
    this.weight = clampWeight(spec.weight);
    this.metadata = spec.metadata ?? {};
    this.priority = spec.priority ?? 0;
    this.locality = spec.locality ?? '';
    this.tlsDisable = spec.tlsDisable ?? false;
  }

  get healthy(): boolean {
    return this.healthFlags === 0;
  }

  /** Nothing is wrong with it but what these flags say. */
  fit(overlook: number): boolean {
    return (this.healthFlags & ~overlook) === 0;
  }

  hasHealthFlag(flag: HealthFlag): boolean {
    return (this.healthFlags & flag) !== 0;
  }

  setHealthFlag(flag: HealthFlag): void {
    this.changeHealth(this.healthFlags | flag);
  }

  clearHealthFlag(flag: HealthFlag): void {
    this.changeHealth(this.healthFlags & ~flag);
  }

  private changeHealth(flags: number): void {
    if (flags === this.healthFlags) return;
    this.healthFlags = flags;
    if (flags === 0) this.warmingSince = undefined;
    this.count('healthChanges');
  }

  /** It does not belong to its cluster any more. */
  get left(): boolean {
    return this.draining;
  }

  /** Requests under way. */
  get active(): number {
    return this.counts.requestActive;
  }

  requestStarted(): void {
    this.counts.requestTotal++;
    this.counts.requestActive++;
    this.clusterCounts.requestTotal++;
    this.clusterCounts.requestActive++;
  }

  connectionOpened(): void {
    this.count('connectionActive');
  }

  connectionClosed(): void {
    this.count('connectionActive', -1);
    this.count('connectionClosed');
  }

  /** `success`: a response came that speaks well of the host; undefined: it was given up for reasons that say nothing about it. */
  requestEnded(success: boolean | undefined): void {
    this.counts.requestActive--;
    this.clusterCounts.requestActive--;
    if (success === undefined) return;
    if (success) {
      this.counts.responseSuccess++;
      this.clusterCounts.responseSuccess++;
    } else {
      this.counts.responseFailed++;
      this.clusterCounts.responseFailed++;
    }
  }

  /** Counts for the host and for its cluster. */
  count(what: UpstreamCount, amount = 1): void {
    this.counts[what] += amount;
    this.clusterCounts[what] += amount;
  }

  /** The pool for a protocol, made when it is first asked for. */
  pool(protocol: Protocol): Pool {
    if (protocol === this.lastProtocol) return this.lastPool!;
    let pool = this.pools.get(protocol);
    if (pool === undefined) {
      pool = this.createPool(this, protocol);
      this.pools.set(protocol, pool);
      // An exchange that picked this host just before it left the cluster still gets its stream; the pool closes behind it.
      if (this.draining) pool.drain();
    }
    this.lastProtocol = protocol;
    this.lastPool = pool;
    return pool;
  }

  /** A pool for one downstream connection alone, until `releasePool`. */
  boundPool(protocol: Protocol, bound: BoundTo): Pool {
    const pool = this.createPool(this, protocol, bound);
    this.bound.add(pool);
    return pool;
  }

  releasePool(pool: Pool, why: Fault): void {
    this.bound.delete(pool);
    pool.close(why);
  }

  /** Ends every stream and connection now. */
  close(why: Fault): void {
    for (const pool of [...this.pools.values(), ...this.bound]) pool.close(why);
  }

  /** The host has become unhealthy: what it is asked from now on, if anything, goes over new connections. */
  renewConnections(): void {
    for (const pool of this.pools.values()) pool.renew();
  }

  /** The host has become unhealthy, and nothing more is expected of what is under way: streams and connections end now. */
  interrupt(why: Fault): void {
    for (const pool of [...this.pools.values(), ...this.bound]) pool.interrupt(why);
  }

  /** The host has left its cluster: open streams finish, nothing new is taken. */
  drain(): void {
    if (this.draining) return;
    this.draining = true;
    for (const pool of [...this.pools.values(), ...this.bound]) pool.drain();
  }
}

function clampWeight(weight: number | undefined): number {
  return Math.min(MAX_WEIGHT, Math.max(MIN_WEIGHT, weight ?? MIN_WEIGHT));
}
