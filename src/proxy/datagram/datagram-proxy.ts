import type { Bytes } from '../../base/bytes.ts';
import { hashOf } from '../../base/hash.ts';
import type { Timers } from '../../base/timers.ts';
import type { Ends } from '../../filter/place.ts';
import { formatHostAndPort } from '../../net/address.ts';
import type { DatagramOwner, DatagramSource } from '../../net/datagram/datagram-socket.ts';
import { type HostChoice, NO_HOSTS_TRIED } from '../../upstream/balancer.ts';
import type { Cluster } from '../../upstream/cluster.ts';
import type { Host } from '../../upstream/host.ts';
import type { ProxyCounts } from '../counts.ts';
import { type DatagramPeer, DatagramSession } from './datagram-session.ts';

/** What all sessions of a listener share. An immutable snapshot: a new configuration makes another one. */
export interface DatagramSettings {
  readonly timers: Timers;
  readonly clusters: { get(name: string): Cluster | undefined };
  /** '' when there is none for them. */
  clusterName(ends: Ends): string;
  /** Why a new session is refused; undefined: it is not. */
  admit(ends: Ends): string | undefined;
  /** Begins to reach a host. */
  connect(host: Host, owner: DatagramOwner): DatagramPeer;
  readonly idleMs: number;
  readonly maxSessions: number;
  readonly counts: ProxyCounts;
}

/** How long a session that is left may be silent once the listener drains: an answer that is still to come has come by then. */
export const DRAIN_QUIET_MS = 1_000;

/**
 * Carries datagrams between clients and the hosts of clusters. Datagrams of one address are a session: they go to one host, and what it
 * says goes back. Nobody waits for anything: what cannot be sent is lost, and counted.
 */
export class DatagramProxy {
  /** Replaced whole; sessions keep the one that they began with. */
  settings: DatagramSettings;
  bytesRead = 0;
  bytesWritten = 0;
  sessionTotal = 0;
  private readonly sessions = new Map<string, DatagramSession>();
  private whenEmpty: (() => void) | undefined;
  private draining = false;
  private readonly answer: (bytes: Bytes, to: DatagramSource) => void;
  /** Of the socket that clients send to. */
  localAddress = '';

  /** `answer`: sends something to a client. */
  constructor(settings: DatagramSettings, answer: (bytes: Bytes, to: DatagramSource) => void) {
    this.settings = settings;
    this.answer = answer;
  }

  get sessionActive(): number {
    return this.sessions.size;
  }

  onDatagram(bytes: Bytes, from: DatagramSource): void {
    this.bytesRead += bytes.length;
    this.settings.counts.requestBytes += bytes.length;
    const remoteAddress = formatHostAndPort(from.address, from.port);
    let session = this.sessions.get(remoteAddress);
    if (session?.stale === true) {
      session.end(undefined);
      session = undefined;
    }
    session ??= this.begin({ remoteAddress, localAddress: this.localAddress }, from);
    session?.send(bytes);
  }

  /** Begins nothing new, and resolves when the last session has fallen silent. */
  drain(): Promise<void> {
    this.draining = true;
    for (const session of this.sessions.values()) session.limitIdle(DRAIN_QUIET_MS);
    if (this.sessions.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenEmpty = resolve;
    });
  }

  /** Ends everything now. */
  close(): void {
    this.draining = true;
    for (const session of [...this.sessions.values()]) session.end(undefined);
  }

  /** Undefined when the datagram is lost. */
  private begin(ends: Ends, from: DatagramSource): DatagramSession | undefined {
    const { settings } = this;
    const { timers, counts, idleMs } = settings;
    if (this.draining) return undefined;
    if (this.sessions.size >= settings.maxSessions || settings.admit(ends) !== undefined) {
      counts.connectionRefused++;
      return undefined;
    }
    const cluster = settings.clusters.get(settings.clusterName(ends));
    const host = cluster?.pick(choiceOf(ends), NO_HOSTS_TRIED);
    if (cluster === undefined || host === undefined || !cluster.limits.connections.take()) {
      counts.requestTotal++;
      counts.requestReset++;
      return undefined;
    }
    counts.requestTotal++;
    counts.requestActive++;
    this.sessionTotal++;
    const session = new DatagramSession({
      timers,
      cluster,
      host,
      idleMs,
      connect: (owner) => settings.connect(host, owner),
      onAnswer: (bytes) => {
        this.bytesWritten += bytes.length;
        counts.responseBytes += bytes.length;
        this.answer(bytes, from);
      },
      onEnd: () => {
        counts.requestActive--;
        cluster.limits.connections.release();
        this.sessions.delete(ends.remoteAddress);
        if (this.sessions.size === 0) this.whenEmpty?.();
      },
    });
    this.sessions.set(ends.remoteAddress, session);
    return session;
  }
}

/** A client's address keeps it on one host where the balancer goes by that, and where it meant to go where that is asked for. */
function choiceOf({ remoteAddress, localAddress }: Ends): HostChoice {
  return {
    hash: hashOf(remoteAddress.slice(0, remoteAddress.lastIndexOf(':'))),
    labels: undefined,
    destination: localAddress === '' ? undefined : localAddress,
  };
}
