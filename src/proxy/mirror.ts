import type { Bytes } from '../base/bytes.ts';
import type { AnswerHandler } from '../filter/ask.ts';
import type { Mirroring } from '../filter/mirroring.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ANY_HOST } from '../upstream/balancer.ts';
import type { Cluster } from '../upstream/cluster.ts';
import type { Host } from '../upstream/host.ts';
import type { ProxyCounts } from './counts.ts';
import type { MirrorPolicy } from './route.ts';
import type { ProxySettings } from './settings.ts';
import { SideRequest } from './side-request.ts';

/** How long a copy waits for its answer where the route has no limit, in milliseconds: nobody misses it, and it must not stay for ever. */
const LIMIT_MS = 60_000;

/** Without the filter `mirror`. */
const ONCE: Mirroring = { copies: 1, broadcast: false };

/** What there is to know of a request that may be mirrored. */
export interface Mirrored {
  readonly request: RequestHead;
  /** It has no body. */
  readonly end: boolean;
  readonly protocol: Protocol;
  /** The route's, in milliseconds; 0 for none. */
  readonly limitMs: number;
  readonly mirroring: Mirroring | undefined;
  readonly random?: () => number;
  /** In a broadcast: all of the request has been handed to the copies. Not called where it has no body. */
  whenWhole(): void;
}

/**
 * The copies of one request. They take what the request takes, head by head and byte by byte, and are given up as soon as they would
 * hold more of it than `requestBufferBytes`: the request itself never waits for them, nor hears of what becomes of them.
 */
export class RequestMirror {
  private readonly copies: SideRequest[] = [];
  private readonly whenWhole: (() => void) | undefined;

  /** `whenWhole`: called when all of the request has been handed to the copies, unless it has no body. */
  private constructor(whenWhole: (() => void) | undefined) {
    this.whenWhole = whenWhole;
  }

  /** undefined where this request is not mirrored. */
  static of(policy: MirrorPolicy, settings: ProxySettings, mirrored: Mirrored): RequestMirror | undefined {
    const { request, mirroring = ONCE, random = Math.random } = mirrored;
    const cluster = settings.clusters.get(policy.cluster);
    // What an upgrade turns into is no message that could be copied.
    if (cluster === undefined || request.upgrade !== '' || random() * 100 >= policy.percent) return undefined;
    const mirror = new RequestMirror(mirroring.broadcast ? mirrored.whenWhole : undefined);
    const hosts: (Host | undefined)[] = mirroring.broadcast
      ? cluster.hosts.filter(({ healthy }) => healthy)
      : new Array<undefined>(mirroring.copies).fill(undefined);
    const discarded = new DiscardedAnswer(settings.counts);
    for (const host of hosts) mirror.begin(cluster, host, settings, mirrored, discarded);
    return mirror;
  }

  private begin(cluster: Cluster, host: Host | undefined, settings: ProxySettings, mirrored: Mirrored, discarded: AnswerHandler): void {
    const { timers, counts, requestBufferBytes } = settings;
    const { request, protocol, limitMs, end } = mirrored;
    counts.mirrorTotal++;
    const copy = new SideRequest(
      {
        timers,
        cluster,
        host,
        protocol,
        head: request,
        choice: ANY_HOST,
        limitMs: limitMs === 0 ? LIMIT_MS : limitMs,
        retries: 0,
        maxHeldBytes: requestBufferBytes,
      },
      discarded,
      end,
    );
    this.copies.push(copy);
    copy.start();
  }

  push(bytes: Bytes, end: boolean): void {
    for (const copy of this.copies) copy.push(bytes, end);
    if (end) this.whenWhole?.();
  }

  pushTrailers(trailers: Fields): void {
    for (const copy of this.copies) copy.pushTrailers(trailers);
    this.whenWhole?.();
  }

  /** The rest of the request will not come. */
  cancel(): void {
    for (const copy of this.copies) copy.cancel();
  }
}

/** What a copy is answered nobody wants to know; that it failed is counted. */
class DiscardedAnswer implements AnswerHandler {
  private readonly counts: ProxyCounts;

  constructor(counts: ProxyCounts) {
    this.counts = counts;
  }

  onHead(): void {}
  onData(): void {}
  onTrailers(): void {}
  onFault(): void {
    this.counts.mirrorFailed++;
  }
}
