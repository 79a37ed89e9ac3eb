import type { Logger } from '../base/log.ts';
import { type Catalogue, redact } from '../config/index.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { DURATION_BUCKETS } from '../proxy/counts.ts';
import type { Cluster } from '../upstream/cluster.ts';
import { collectHosts } from './admin/collect-hosts.ts';
import { collectStats } from './admin/collect-stats.ts';
import type { HostState } from './admin/host-state.ts';
import type { AdminSource, JsonObject, LogControl, ProxyState } from './admin/source.ts';
import type { StatsGroup } from './admin/stats-group.ts';
import type { Served } from './listener-plan.ts';
import { VERSION } from './version.ts';

/** A variable of the environment whose name says that nobody else should read it. */
const SECRET_NAME = /passw|secret|token|credential|key/i;

/** What of a proxy the admin API shows. */
export interface AdministeredProxy {
  readonly state: ProxyState;
  readonly document: unknown;
  readonly catalogue: Catalogue | undefined;
  readonly listeners: Iterable<Served>;
  readonly clusters: Iterable<Cluster>;
  readonly protocols: ReadonlyMap<string, Protocol>;
  readonly log: Logger;
}

/** What the admin API is told of one proxy. */
export class ProxyAdminSource implements AdminSource {
  readonly version = VERSION;
  readonly pid = process.pid;
  readonly logs: LogControl;
  private readonly proxy: AdministeredProxy;

  constructor(proxy: AdministeredProxy, logs: LogControl) {
    this.proxy = proxy;
    this.logs = logs;
  }

  get state(): ProxyState {
    return this.proxy.state;
  }

  configuration(): JsonObject {
    const { document, catalogue } = this.proxy;
    const shown = catalogue === undefined ? undefined : redact(document, catalogue);
    return isJsonObject(shown) ? shown : {};
  }

  stats(): readonly StatsGroup[] {
    const listeners = Array.from(this.proxy.listeners, (listener) => ({
      name: listener.name,
      requests: listener.counts,
      connections: listener.connectionCounts,
    }));
    return collectStats(listeners, DURATION_BUCKETS, this.proxy.clusters);
  }

  hosts(): readonly HostState[] {
    return collectHosts(this.proxy.clusters);
  }

  features(): Readonly<Record<string, boolean>> {
    // MOSN's one gate that its tools ask for. Nothing here is behind a gate.
    return { auto_config: false };
  }

  protocols(): readonly string[] {
    return [...this.proxy.protocols.keys()];
  }

  environment(name: string): string | undefined {
    const value = process.env[name];
    return value !== undefined && SECRET_NAME.test(name) ? '[redacted]' : value;
  }

  report(message: string): void {
    this.proxy.log.warn(message);
  }
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
