import type { Bytes } from '../base/bytes.ts';
import type { AnswerHandler } from '../filter/ask.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { ANY_HOST } from '../upstream/balancer.ts';
import type { ProxyCounts } from './counts.ts';
import type { MirrorPolicy } from './route.ts';
import type { ProxySettings } from './settings.ts';
import { SideRequest } from './side-request.ts';

/** How long a copy waits for its answer where the route has no limit, in milliseconds: nobody misses it, and it must not stay for ever. */
const LIMIT_MS = 60_000;

/**
 * The copies of one request. They take what the request takes, head by head and byte by byte, and are given up as soon as they would
 * hold more of it than `requestBufferBytes`: the request itself never waits for them, nor hears of what becomes of them.
 */
export class RequestMirror {
  private readonly copies: SideRequest[] = [];

  /** undefined where this request is not mirrored. `end`: it has no body. */
  static of(
    policy: MirrorPolicy,
    settings: ProxySettings,
    request: RequestHead,
    protocol: Protocol,
    limitMs: number,
    end: boolean,
    random: () => number = Math.random,
  ): RequestMirror | undefined {
    const cluster = settings.clusters.get(policy.cluster);
    // What an upgrade turns into is no message that could be copied.
    if (cluster === undefined || request.upgrade !== '' || random() * 100 >= policy.percent) return undefined;
    const mirror = new RequestMirror();
    const { timers, counts } = settings;
    const discarded = new DiscardedAnswer(counts);
    for (let copy = 0; copy < policy.copies; copy++) {
      counts.mirrorTotal++;
      const sent = new SideRequest(
        {
          timers,
          cluster,
          protocol,
          head: request,
          choice: ANY_HOST,
          limitMs: limitMs === 0 ? LIMIT_MS : limitMs,
          retries: 0,
          maxHeldBytes: settings.requestBufferBytes,
        },
        discarded,
        end,
      );
      mirror.copies.push(sent);
      sent.start();
    }
    return mirror;
  }

  push(bytes: Bytes, end: boolean): void {
    for (const copy of this.copies) copy.push(bytes, end);
  }

  pushTrailers(trailers: Fields): void {
    for (const copy of this.copies) copy.pushTrailers(trailers);
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
