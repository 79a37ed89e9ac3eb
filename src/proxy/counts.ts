import type { Exchange } from '../filter/filter.ts';

/** Upper ends of the buckets of request durations, in milliseconds. */
export const DURATION_BUCKETS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 30000, 60000];

/** What the requests of one listener have come to. Plain numbers: counting must cost nothing; whoever shows them reads them. */
export class ProxyCounts {
  /** By network filters; such connections are none of the listener's. */
  connectionRefused = 0;
  requestTotal = 0;
  requestActive = 0;
  requestReset = 0;
  requestTime = 0;
  requestBytes = 0;
  responseBytes = 0;
  /** Copies of requests that were begun, and those of them that got no whole answer. */
  mirrorTotal = 0;
  mirrorFailed = 0;
  /** Responses with a status from 100 to 199, 200 to 299, and so on. */
  readonly statusClass: number[] = [0, 0, 0, 0, 0, 0];
  /** One for each of DURATION_BUCKETS, and one for what took longer. */
  readonly durations: number[] = new Array<number>(DURATION_BUCKETS.length + 1).fill(0);

  onStart(): void {
    this.requestTotal++;
    this.requestActive++;
  }

  onComplete(exchange: Exchange): void {
    this.requestActive--;
    this.requestBytes += exchange.bytesReceived;
    this.responseBytes += exchange.bytesSent;
    const { response, timing } = exchange;
    if (response === undefined) this.requestReset++;
    else this.statusClass[Math.min(5, Math.floor(response.status / 100))]!++;
    const took = (timing.completed ?? timing.start) - timing.start;
    this.requestTime += took;
    let bucket = 0;
    while (bucket < DURATION_BUCKETS.length && took > DURATION_BUCKETS[bucket]!) bucket++;
    this.durations[bucket]!++;
  }
}
