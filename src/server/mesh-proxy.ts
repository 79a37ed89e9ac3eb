import { type Logger, type LogLevel, SILENT_LOGGER } from '../base/log.ts';
import type { LineSink } from '../base/log-file.ts';
import { TimerWheel } from '../base/timer-wheel.ts';
import type { Configuration, Problem } from '../config/index.ts';
import { formatAddress } from '../net/address.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ProxyCounts } from '../proxy/counts.ts';
import type { Cluster } from '../upstream/cluster.ts';
import type { LogControl, ProxyState } from './admin/source.ts';
import { AdminControl } from './admin-control.ts';
import { ProxyAdminSource } from './admin-source.ts';
import type { ListenerSurroundings } from './build-serving.ts';
import type { TlsSurroundings } from './build-tls.ts';
import { prepareParts } from './cluster-parts.ts';
import { ClusterSet } from './cluster-set.ts';
import type { ClusterSurroundings, HealthCallback } from './cluster-surroundings.ts';
import { ConfigurationError } from './configuration-error.ts';
import { type Configured, configure } from './configured.ts';
import { planConnections } from './connection-plan.ts';
import type { ListenerPlan, Served } from './listener-plan.ts';
import { isListenedAt } from './own-addresses.ts';
import { NO_PLUGINS, type Plugins } from './plugins.ts';
import { ProtocolRegistry } from './protocol-registry.ts';
import { StartError } from './start-error.ts';

export interface MeshProxyOptions {
  /** Where relative paths of plugins start from. Default: the working directory. */
  readonly folder?: string;
  readonly logs: LogProvider;
  /** What the admin API may do with logs. */
  readonly logControl: LogControl;
  /** By the names that configurations know them by (`common_callbacks`). */
  readonly healthCallbacks?: ReadonlyMap<string, HealthCallback>;
}

/** Where logs go. */
export interface LogProvider {
  /** The log of the proxy itself, as the configuration wants it. */
  logger(path: string, level: LogLevel): Logger;
  /** An access log. Of each path there is one, whoever asks. */
  lineSink(path: string): LineSink;
}

/**
 * A whole proxy inside this process: listeners, routers, clusters of one configuration, and the next. Any number of them may run at
 * once: nothing is shared between them.
 */
export class MeshProxy {
  private readonly options: MeshProxyOptions;
  private readonly registry: ProtocolRegistry;
  private readonly timers = new TimerWheel();
  private readonly admin: AdminControl;
  private readonly clusterSet: ClusterSet;
  /** By the network and the address in the configuration. */
  private readonly served = new Map<string, Served>();
  private configured: Configured | undefined;
  private logger: Logger = SILENT_LOGGER;
  private currentState: ProxyState = 'created';
  /** Configurations are taken over one after the other. */
  private turn: Promise<void> = Promise.resolve();

  constructor(options: MeshProxyOptions) {
    this.options = options;
    this.registry = new ProtocolRegistry(options.folder ?? process.cwd());
    this.clusterSet = new ClusterSet(this.clusterSurroundings(new Map(), NO_PLUGINS), (entry) =>
      prepareParts(entry, this.clusterSet.surroundings.plugins, this.tlsSurroundings),
    );
    this.admin = new AdminControl(new ProxyAdminSource(this, options.logControl));
  }

  get log(): Logger {
    return this.logger;
  }
  /** The port of the admin API; undefined when there is none. */
  get adminPort(): number | undefined {
    return this.admin.port;
  }
  get state(): ProxyState {
    return this.currentState;
  }
  /** The configuration in force. */
  get configuration(): Configuration | undefined {
    return this.configured?.configuration;
  }
  get catalogue(): Configured['catalogue'] | undefined {
    return this.configured?.catalogue;
  }
  /** As it was written, secrets and all. */
  get document(): unknown {
    return this.configured?.document;
  }
  /** What the configuration in force gave warnings for. */
  get problems(): readonly Problem[] {
    return this.configured?.problems ?? [];
  }
  get protocols(): ReadonlyMap<string, Protocol> {
    return this.configured?.protocols ?? new Map();
  }
  get listeners(): Iterable<Served> {
    return this.served.values();
  }
  get clusters(): Iterable<Cluster> {
    return this.clusterSet.manager;
  }

  /**
   * Checks the configuration and listens; resolves when every listener does.
   * @throws ConfigurationError when it cannot be run; StartError when an address cannot be listened at. Nothing listens then.
   */
  async start(document: unknown): Promise<void> {
    if (this.currentState !== 'created') throw new Error(`a proxy is started once, and this one is ${this.currentState}`);
    this.currentState = 'starting';
    const first = this.apply(document);
    this.turn = first.catch(() => {});
    try {
      await first;
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.currentState === 'starting') this.currentState = 'running';
  }

  /**
   * Takes over another configuration without a dropped request: what stays keeps its connections, what is gone is drained.
   * @throws as `start`; the configuration in force stays then.
   */
  reconfigure(document: unknown): Promise<void> {
    const next = this.turn.then(() => {
      if (this.currentState !== 'running') throw new Error(`cannot take over a configuration while ${this.currentState}`);
      return this.apply(document);
    });
    // Whoever called hears of the failure; the next one is not held up by it.
    this.turn = next.catch(() => {});
    return next;
  }

  /**
   * Stops accepting and lets requests finish for that long, then ends what is left.
   * `gracefulMs`: in milliseconds; by default the configuration's `graceful_timeout`.
   */
  async stop(gracefulMs?: number): Promise<void> {
    if (this.currentState === 'stopped') return;
    this.currentState = 'draining';
    // A start or another configuration under way would listen after the end.
    await this.turn;
    let impatience: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      impatience = setTimeout(resolve, gracefulMs ?? this.configuration?.server.gracefulTimeout ?? 0);
    });
    await Promise.race([Promise.all(Array.from(this.served.values(), (listener) => listener.drain())), patience]);
    clearTimeout(impatience);
    await this.close();
  }

  private async apply(document: unknown): Promise<void> {
    const configured = await configure(document, this.registry);
    const { configuration, problems } = configured;
    if (configuration === undefined) throw new ConfigurationError(problems);
    const { clusters } = configuration.clusterManager;
    this.logger = this.options.logs.logger(configuration.server.logPath, configuration.server.logLevel);
    this.clusterSet.surroundings = this.clusterSurroundings(configured.protocols, configured.plugins);
    await this.clusterSet.prepare(clusters);
    this.clusterSet.add(clusters);
    const plans = new Map<string, ListenerPlan>();
    let added: ReadonlyMap<string, Served>;
    try {
      await this.addPlans(configuration, configured, plans);
      added = await this.listen(plans);
      await this.listenForAdmin(configuration, added);
    } catch (error) {
      for (const plan of plans.values()) plan.discard();
      this.clusterSet.discardPrepared();
      this.clusterSet.update(this.configuration?.clusterManager.clusters ?? []);
      throw error;
    }
    // From here on nothing can fail.
    this.clusterSet.update(clusters);
    this.configured = configured;
    for (const [key, listener] of [...this.served]) {
      const plan = plans.get(key);
      if (plan !== undefined) plan.handTo(listener);
      else {
        this.served.delete(key);
        void listener.drain();
      }
    }
    for (const [key, listener] of added) {
      this.served.set(key, listener);
      this.logger.info(`listener "${listener.name}": listening on ${listener.address}`);
    }
  }

  /** What each listener is to do. */
  private async addPlans(
    { server }: Configuration,
    { protocols, filterKinds }: Configured,
    plans: Map<string, ListenerPlan>,
  ): Promise<void> {
    const routers = new Map(server.routers.map((router) => [router.routerConfigName, router]));
    for (const entry of server.listeners) {
      if (!entry.bindPort) continue;
      const key = `${entry.datagrams ? 'udp ' : ''}${formatAddress(entry.address)}`;
      const surroundings: ListenerSurroundings = {
        timers: this.timers,
        clusters: this.clusterSet.manager,
        routers,
        protocols,
        filterKinds,
        logger: this.logger,
        counts: this.served.get(key)?.counts ?? new ProxyCounts(),
        lineSink: (path) => this.options.logs.lineSink(path),
        tls: this.tlsSurroundings,
        rebuild: (why) => void this.rebuild(why),
      };
      const plan = entry.datagrams ? (await import('./datagram-plan.ts')).planDatagrams : planConnections;
      plans.set(key, await plan(entry, surroundings));
    }
  }

  /** Something that the configuration in force was built of has changed. */
  private async rebuild(why: string): Promise<void> {
    try {
      await this.reconfigure(this.document);
      this.logger.info(`${why}, and is in force`);
    } catch (error) {
      this.logger.error(`${why}, and cannot be used: what was in force stays`, { error });
    }
  }

  private clusterSurroundings(protocols: ReadonlyMap<string, Protocol>, plugins: Plugins): ClusterSurroundings {
    return {
      timers: this.timers,
      logger: this.logger,
      protocols,
      plugins,
      folder: this.tlsSurroundings.folder,
      healthCallbacks: this.options.healthCallbacks ?? new Map(),
      listensAt: (host, port) =>
        isListenedAt(
          host,
          port,
          Array.from(this.served.values(), ({ address }) => address),
        ),
      lineSink: (path) => this.options.logs.lineSink(path),
    };
  }

  private get tlsSurroundings(): TlsSurroundings {
    return { logger: this.logger, folder: this.options.folder ?? process.cwd() };
  }

  /** Listens where nobody did; all of it or nothing. */
  private async listen(plans: ReadonlyMap<string, ListenerPlan>): Promise<ReadonlyMap<string, Served>> {
    const added = new Map<string, Served>();
    for (const [key, plan] of plans) if (!this.served.has(key)) added.set(key, plan.open());
    const outcomes = await Promise.allSettled(Array.from(added.values(), (listener) => listener.listen()));
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected');
    if (failures.length === 0) return added;
    for (const listener of added.values()) listener.close();
    throw new StartError(failures.map(({ reason }) => (reason instanceof Error ? reason.message : String(reason))).join('\n'));
  }

  private async listenForAdmin({ admin }: Configuration, added: ReadonlyMap<string, Served>): Promise<void> {
    try {
      await this.admin.listen(admin);
    } catch (error) {
      for (const listener of added.values()) listener.close();
      throw error;
    }
  }

  private async close(): Promise<void> {
    this.currentState = 'stopping';
    for (const listener of this.served.values()) listener.close();
    this.clusterSet.close();
    this.timers.stop();
    await this.admin.stop();
    this.currentState = 'stopped';
  }
}
