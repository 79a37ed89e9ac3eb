import type { Fault } from '../base/fault.ts';
import { Timer, type Timers } from '../base/timers.ts';
import type { Configurable, Peer, ResponseFlag } from '../filter/filter.ts';
import type { Slot } from '../filter/slot.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';
import type { PoolConnection } from '../stream/pool.ts';
import type { Host } from '../upstream/host.ts';
import type { Route } from './route.ts';
import { ExchangeTiming } from './timing.ts';

const NO_FLAGS: readonly ResponseFlag[] = [];

/** What there is to know about one exchange: what filters read and the access log writes. The flow is in exchange.ts. */
export abstract class ExchangeRecord extends Timer {
  readonly request: RequestHead;
  readonly downstream: Peer;
  readonly timing: ExchangeTiming;
  response: ResponseHead | undefined = undefined;
  host: Host | undefined = undefined;
  fault: Fault | undefined = undefined;
  flags: readonly ResponseFlag[] = NO_FLAGS;
  attempt = 0;
  bytesReceived = 0;
  bytesSent = 0;
  protected upstream: PoolConnection | undefined = undefined;
  protected matched: Route | undefined = undefined;
  protected clusterName = '';
  private slots: unknown[] | undefined = undefined;

  constructor(downstream: Peer, request: RequestHead, timers: Timers) {
    super();
    this.downstream = downstream;
    this.request = request;
    this.timing = new ExchangeTiming(timers);
  }

  get route(): { readonly name: string; readonly clusterName: string } | undefined {
    return this.matched === undefined ? undefined : { name: this.matched.name, clusterName: this.clusterName };
  }

  get upstreamLocalAddress(): string | undefined {
    return this.upstream?.localAddress;
  }

  get upstreamConnectionId(): number | undefined {
    return this.upstream?.id;
  }

  routeSettings<Settings>({ type }: Configurable<Settings>): Settings | undefined {
    // What stands under a type has been read by the schema of that type.
    return this.matched?.filterSettings?.get(type) as Settings | undefined;
  }

  get<T>(slot: Slot<T>): T | undefined {
    // The slot's type says what its only writer, `set` with the same slot, has put there.
    return this.slots?.[slot.index] as T | undefined;
  }

  set<T>(slot: Slot<T>, value: T): void {
    this.slots ??= [];
    this.slots[slot.index] = value;
  }

  protected flag(flag: ResponseFlag): void {
    this.flags = [...this.flags, flag];
  }
}
