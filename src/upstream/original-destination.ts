import { Timer, type Timers } from '../base/timers.ts';
import { formatAddress, parseAddress } from '../net/address.ts';
import type { HostChoice, LoadBalancer, Picker } from './balancer.ts';
import type { Discovery } from './discovery.ts';
import type { Host, HostSpec } from './host.ts';

/** The name of the balancer, MOSN's. */
export const ORIGINAL_DESTINATION = 'LB_ORIGINAL_DST';
/** Hosts with some KiB each: those of a large mesh, and some MiB if a client asks for one after the other. */
export const DEFAULT_MAX_DESTINATIONS = 4096;
/** Envoy's, in milliseconds: how often it is looked for hosts that nobody needs any more. */
export const SWEEP_MS = 5_000;
/** MOSN's, for a destination that names none. */
const DEFAULT_PORT = 80;

export interface OriginalDestinationSettings {
  readonly timers: Timers;
  /** The header field that says where to go, in lower case; `host` is the authority. undefined: only the connection says it. */
  readonly header?: string | undefined;
  /** The port alone counts: whatever the address is, it is this machine's. */
  readonly replaceLocal?: boolean | undefined;
  /** How many hosts there may be at once. */
  readonly maxHosts?: number | undefined;
  /** Whether this proxy listens there: what it sent there it would get itself, without end. */
  listensAt(host: string, port: number): boolean;
}

/**
 * Each request goes where its client meant to go: as a header says, or as the connection's own local address does. Hosts are made when
 * somebody wants to go there, and are gone when they have had neither requests nor connections for a while. Nothing is asked about their
 * health: there is no other host that could take the place of one.
 *
 * As a timer it is the next sweep.
 */
export class OriginalDestination extends Timer implements Discovery, LoadBalancer {
  readonly name = ORIGINAL_DESTINATION;
  private readonly settings: OriginalDestinationSettings;
  private readonly maxHosts: number;
  /** Addresses, by what was said of them. Emptied when it has become too large. */
  private readonly addresses = new Map<string, string>();
  private specs: ReadonlyMap<string, HostSpec> = new Map();
  /** Of the hosts that are there, with how many requests each had had at the last sweep. */
  private seen = new Map<Host, number>();
  private hosts: ReadonlyMap<string, Host> = new Map();
  private onHosts: ((hosts: readonly HostSpec[]) => void) | undefined;

  constructor(settings: OriginalDestinationSettings) {
    super();
    this.settings = settings;
    this.maxHosts = settings.maxHosts ?? DEFAULT_MAX_DESTINATIONS;
  }

  start(onHosts: (hosts: readonly HostSpec[]) => void): void {
    this.onHosts = onHosts;
    this.publish(this.specs);
  }

  stop(): void {
    this.onHosts = undefined;
    this.settings.timers.cancel(this);
  }

  build(hosts: readonly Host[]): Picker {
    this.hosts = new Map(hosts.map((host) => [host.address, host]));
    return { pick: (choice, tried) => this.pick(choice, tried) };
  }

  /** Hosts that were needed since the last sweep stay, and those that have connections. */
  override expire(): void {
    const stays = (host: Host): boolean => host.counts.requestTotal !== this.seen.get(host) || !idle(host);
    const left = new Map([...this.specs].filter(([address]) => stays(this.hosts.get(address)!)));
    if (left.size < this.specs.size) this.publish(left);
    this.seen = new Map(Array.from(this.hosts.values(), (host) => [host, host.counts.requestTotal]));
    this.sweepLater();
  }

  private pick(choice: HostChoice, tried: readonly Host[]): Host | undefined {
    const address = this.addressOf(choice);
    if (address === undefined) return undefined;
    const host = this.hosts.get(address) ?? this.make(address);
    return host === undefined || tried.includes(host) ? undefined : host;
  }

  private addressOf({ request, destination }: HostChoice): string | undefined {
    const { header } = this.settings;
    const named = header === undefined ? undefined : header === 'host' ? request?.authority : request?.fields.get(header);
    const said = named || destination;
    if (said === undefined) return undefined;
    const known = this.addresses.get(said);
    if (known !== undefined) return known;
    const address = this.read(said);
    if (address === undefined) return undefined;
    if (this.addresses.size >= 2 * this.maxHosts) this.addresses.clear();
    this.addresses.set(said, address);
    return address;
  }

  /** undefined for what is no address of IP or name: a request must not choose a Unix socket of this machine. */
  private read(said: string): string | undefined {
    const whole = /:\d+$/.test(said) ? said : `${said}:${DEFAULT_PORT}`;
    const parsed = parseAddress(whole);
    if (typeof parsed === 'string' || 'path' in parsed || parsed.port === 0 || !/^[\w.:%-]+$/.test(parsed.host)) return undefined;
    const { port } = parsed;
    const host = this.settings.replaceLocal ? '127.0.0.1' : parsed.host;
    return this.settings.listensAt(host, port) ? undefined : formatAddress({ host, port });
  }

  private make(address: string): Host | undefined {
    if (this.onHosts === undefined) return undefined;
    let others = this.specs;
    if (others.size >= this.maxHosts) {
      // One that nobody uses makes room at once.
      const spare = [...others.keys()].find((each) => idle(this.hosts.get(each)!));
      if (spare === undefined) return undefined;
      others = new Map([...others].filter(([each]) => each !== spare));
    }
    this.publish(new Map([...others, [address, { address, hostname: address }]]));
    this.sweepLater();
    return this.hosts.get(address);
  }

  private publish(specs: ReadonlyMap<string, HostSpec>): void {
    this.specs = specs;
    this.onHosts?.([...specs.values()]);
  }

  private sweepLater(): void {
    if (this.specs.size > 0 && !this.scheduled) this.settings.timers.schedule(this, SWEEP_MS);
  }
}

function idle(host: Host): boolean {
  return host.active === 0 && host.counts.connectionActive === 0;
}
