import type { RequestHead } from '../protocol/head.ts';
import type { RouteTimeout, TimeoutHeaders } from './route.ts';

/** A time that nobody waits for any more than a timer can. */
const NEVER = Number.POSITIVE_INFINITY;

/** Up to nine digits, which are eleven days: whoever writes more does not mean a time. */
const MILLISECONDS = /^[0-9]{1,9}$/;

/**
 * By when a request must be over, whatever the route's own time says: the caller has gone by then, or no request of the route may last
 * longer. Only requests of which something of the kind is known have one. What is left of it is carried on to the next hop.
 */
export class Deadline {
  /** On the clock of `Timers.now`. */
  private readonly due: number;
  private readonly callerMs: number | undefined;
  private readonly maxMs: number;
  private readonly headers: TimeoutHeaders | undefined;

  constructor(start: number, request: RequestHead, { maxMs, headers }: RouteTimeout) {
    const { timeoutMs } = request;
    this.callerMs = timeoutMs;
    this.maxMs = maxMs === 0 ? NEVER : maxMs;
    this.headers = headers;
    this.due = start + Math.min(timeoutMs ?? NEVER, this.maxMs);
  }

  /** In milliseconds; infinite when there is no end to it. */
  leftMs(now: number): number {
    return Math.max(0, this.due - now);
  }

  /** What is said of a response that is not there in time. */
  get lateness(): string {
    const { callerMs, maxMs } = this;
    return callerMs !== undefined && callerMs <= maxMs
      ? `no response within the ${callerMs} ms of the caller`
      : `no end within the ${maxMs} ms that a request may last`;
  }

  /**
   * Tells the next hop how long its answer will be waited for: in the protocol's own words where the caller has used them, and in a header.
   * `requestReceived`: when all of the request was here; undefined before.
   */
  carryOn(request: RequestHead, { wholeMs, covers, tryMs }: RouteTimeout, requestReceived: number | undefined, now: number): void {
    const { callerMs, headers } = this;
    const ofRoute = wholeMs > 0 && covers === 'response' ? (requestReceived ?? now) + wholeMs - now : NEVER;
    const leftMs = Math.min(this.leftMs(now), ofRoute, tryMs > 0 ? tryMs : NEVER);
    if (leftMs === NEVER) return;
    // Nobody is served by a time of 0, which some take for none at all.
    const sayMs = Math.max(1, Math.floor(leftMs));
    // What has hardly passed is not worth another head.
    if (callerMs !== undefined && sayMs + 1 < callerMs) request.shortenTimeout?.(sayMs);
    if (headers?.expected !== undefined) request.fields.set(headers.expected, String(sayMs));
  }
}

/** The route's times as the request itself wants them, where it may say so. Such headers are for this proxy, and go no further. */
export function timeoutAskedFor(request: RequestHead, timeout: RouteTimeout, headers: TimeoutHeaders): RouteTimeout {
  const wholeMs = take(request, headers.whole);
  const tryMs = take(request, headers.perTry);
  if (wholeMs === undefined && tryMs === undefined) return timeout;
  return {
    ...timeout,
    ...(wholeMs === undefined ? {} : { wholeMs, covers: 'response' }),
    ...(tryMs === undefined ? {} : { tryMs }),
  };
}

function take({ fields }: RequestHead, name: string | undefined): number | undefined {
  const text = name === undefined ? undefined : fields.get(name);
  if (text === undefined) return undefined;
  fields.delete(name!);
  // As in MOSN, 0 says nothing.
  return MILLISECONDS.test(text) && Number(text) > 0 ? Number(text) : undefined;
}
