import { isIP } from 'node:net';
import { Timer, type Timers } from '../../base/timers.ts';
import type { Discovery } from '../discovery.ts';
import type { HostSpec } from '../host.ts';
import type { AddressFamily, ResolvedName, Resolver } from './resolver.ts';

/** MOSN's: often enough for a failing-over name, seldom enough for its server. */
export const DEFAULT_REFRESH_MS = 5_000;
/** MOSN's: longer than a system resolver needs to try all of its servers. */
export const ANSWER_TIMEOUT_MS = 20_000;
/** A time to live of 0 would have us ask without end. */
export const MIN_REFRESH_MS = 1_000;

export interface DnsDiscoveryOptions {
  /** Addresses are `name:port`, `name` alone for port 80, or what needs no looking up. */
  readonly hosts: readonly HostSpec[];
  readonly timers: Timers;
  readonly resolver: Resolver;
  /** Time between an answer and the next question. Default: DEFAULT_REFRESH_MS. */
  readonly refreshMs?: number | undefined;
  /** Where the answer says for how long it holds, ask again when it does not any more. */
  readonly respectTtl?: boolean | undefined;
  readonly family?: AddressFamily | undefined;
  /** A name could not be looked up: what was known of it before stays. */
  readonly onFailure?: ((name: string, reason: unknown) => void) | undefined;
}

/**
 * STRICT_DNS: every address of every name is a host, and the set follows DNS. Until a name has been answered for, the name itself is
 * the host, and is looked up when a connection is made. A failure changes nothing: the last good answer stays.
 */
export class DnsDiscovery implements Discovery {
  private readonly targets: readonly Target[];
  private onHosts: ((hosts: readonly HostSpec[]) => void) | undefined;

  constructor(options: DnsDiscoveryOptions) {
    this.targets = options.hosts.map((spec) => new Target(spec, options, () => this.publish()));
  }

  start(onHosts: (hosts: readonly HostSpec[]) => void): void {
    this.onHosts = onHosts;
    this.publish();
    for (const target of this.targets) target.ask();
  }

  stop(): void {
    this.onHosts = undefined;
    for (const target of this.targets) target.stop();
  }

  private publish(): void {
    this.onHosts?.(this.targets.flatMap((target) => target.hosts));
  }
}

/** One name. As a timer it is the time to ask again, or to give up waiting for an answer and ask again. */
class Target extends Timer {
  hosts: readonly HostSpec[];
  private readonly spec: HostSpec;
  private readonly options: DnsDiscoveryOptions;
  private readonly onChange: () => void;
  /** undefined where there is nothing to look up. */
  private readonly name: NameAndPort | undefined;
  /** Counts questions: an answer to an older one is too late. */
  private question = 0;
  private waiting = false;
  private answered = false;
  /** Of the last good answer. */
  private addresses = '';

  constructor(spec: HostSpec, options: DnsDiscoveryOptions, onChange: () => void) {
    super();
    this.spec = spec;
    this.options = options;
    this.onChange = onChange;
    this.name = nameIn(spec.address);
    this.hosts = [this.hostAt(spec.address)];
  }

  ask(): void {
    const { name, options } = this;
    if (name === undefined) return;
    const question = ++this.question;
    this.waiting = true;
    options.timers.schedule(this, ANSWER_TIMEOUT_MS);
    options.resolver.resolve(name.host, options.family ?? 'any').then(
      (answer) => {
        if (question === this.question) this.take(answer, name.port);
      },
      (reason: unknown) => {
        if (question === this.question) this.fail(reason);
      },
    );
  }

  stop(): void {
    this.question++;
    this.waiting = false;
    this.options.timers.cancel(this);
  }

  override expire(): void {
    if (this.waiting) this.fail(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`));
    else this.ask();
  }

  private take(answer: ResolvedName, port: string): void {
    const { ttlMs } = answer;
    this.rest(this.options.respectTtl === true && ttlMs !== undefined ? Math.max(ttlMs, MIN_REFRESH_MS) : undefined);
    // Servers turn the order of their answers round: only another set is another answer.
    const addresses = [...new Set(answer.addresses)].sort();
    if (this.answered && addresses.join() === this.addresses) return;
    this.answered = true;
    this.addresses = addresses.join();
    this.hosts = addresses.map((address) => this.hostAt(isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`));
    this.onChange();
  }

  /** It is known by the name, whether that has been looked up or not. */
  private hostAt(address: string): HostSpec {
    return { ...this.spec, address, hostname: this.spec.hostname || this.name?.host };
  }

  private fail(reason: unknown): void {
    this.rest(undefined);
    this.options.onFailure?.(this.name?.host ?? '', reason);
  }

  private rest(ms: number | undefined): void {
    this.question++;
    this.waiting = false;
    this.options.timers.schedule(this, ms ?? this.options.refreshMs ?? DEFAULT_REFRESH_MS);
  }
}

interface NameAndPort {
  readonly host: string;
  readonly port: string;
}

/** undefined for an IP address and for a Unix socket's path. */
function nameIn(address: string): NameAndPort | undefined {
  if (address.startsWith('[') || address.startsWith('unix:') || address.includes('/')) return undefined;
  const [host = '', port = '80'] = address.split(':');
  return isIP(host) === 0 ? { host, port } : undefined;
}
