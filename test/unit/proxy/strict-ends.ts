import assert from 'node:assert/strict';
import type { Bytes } from '../../../src/base/bytes.ts';
import type { Fault } from '../../../src/base/fault.ts';
import type { Fields } from '../../../src/protocol/fields.ts';
import type { Outcome, RequestHead, ResponseHead } from '../../../src/protocol/head.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import type { ClientStream, ResponseHandler, ServerStream } from '../../../src/protocol/stream.ts';
import type { Pool, PoolWaiter } from '../../../src/stream/pool.ts';

/** Both ends of a stream: which halves are over. What comes after an end is a bug of ours, and is said at once. */
class Ends {
  headed = false;
  ended = false;
  cut = false;
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
  head(end: boolean): void {
    assert.ok(!this.headed && !this.ended && !this.cut, `${this.what}: a second head, or one after the end`);
    this.headed = true;
    this.ended = end;
  }
  data(end: boolean): void {
    assert.ok(this.headed && !this.ended, `${this.what}: data before the head, or after the end`);
    this.ended = end;
  }
}

/** A client of an exchange. */
export class Client implements ServerStream {
  writable = true;
  readonly sent = new Ends('client');
  body = '';
  status = 0;
  paused = 0;

  sendInformational(): void {}
  sendHead(head: ResponseHead, end: boolean): void {
    this.sent.head(end);
    this.status = head.status;
  }
  sendData(bytes: Bytes, end: boolean): void {
    if (!this.sent.cut) this.sent.data(end);
    this.body += bytes.toString();
  }
  sendTrailers(): void {
    this.sent.data(true);
  }
  reply(outcome: Outcome): void {
    this.sent.head(true);
    this.status = outcome === 'ok' ? 200 : 500;
  }
  reset(): void {
    this.sent.cut = true;
  }
  pause(): void {
    this.paused++;
  }
  resume(): void {
    this.paused--;
    assert.ok(this.paused >= 0, 'client: resumed more than paused');
  }
}

/** One attempt, seen from the upstream. */
export class Upstream implements ClientStream {
  writable = true;
  readonly received = new Ends('upstream');
  /** What the upstream has said. */
  readonly said = new Ends('answer');
  body = '';
  paused = 0;
  private readonly handler: ResponseHandler;

  constructor(handler: ResponseHandler) {
    this.handler = handler;
  }
  get over(): boolean {
    return this.received.cut || (this.said.ended && this.received.ended);
  }
  get mute(): boolean {
    return this.received.cut || this.said.ended;
  }
  sendHead(_head: RequestHead, end: boolean): void {
    this.received.head(end);
  }
  sendData(bytes: Bytes, end: boolean): void {
    assert.ok(!this.received.cut, 'upstream: data after a reset');
    this.received.data(end);
    this.body += bytes.toString();
  }
  sendTrailers(_fields: Fields): void {
    this.received.data(true);
  }
  reset(): void {
    this.received.cut = true;
  }
  pause(): void {
    this.paused++;
  }
  resume(): void {
    this.paused--;
    assert.ok(this.paused >= 0, 'upstream: resumed more than paused');
  }
  answer(status: number, end: boolean): void {
    if (this.mute || this.said.headed || !this.received.headed) return;
    this.said.head(end);
    this.handler.onHead(new LocalResponse(status), end);
  }
  data(end: boolean): void {
    if (this.mute || !this.said.headed || this.paused > 0) return;
    this.said.data(end);
    this.handler.onData(Buffer.from('answer'), end);
  }
  fail(why: Fault): void {
    if (this.over) return;
    this.received.cut = true;
    this.handler.onReset(why);
  }
}

/** Gives streams at once, later, or not at all, as it is told. */
export class StrictPool implements Pool {
  readonly connections = 1;
  readonly activeStreams = 0;
  readonly pending = 0;
  readonly streams: Upstream[] = [];
  readonly waiting: { handler: ResponseHandler; waiter: PoolWaiter }[] = [];
  mood: 'serve' | 'wait' | Fault = 'serve';

  open(handler: ResponseHandler, waiter: PoolWaiter): ClientStream | Fault | undefined {
    waiter.connection = { id: 50, localAddress: '' };
    if (this.mood === 'serve') return this.stream(handler);
    if (this.mood !== 'wait') return this.mood;
    this.waiting.push({ handler, waiter });
    return undefined;
  }
  cancel(waiter: PoolWaiter): void {
    const at = this.waiting.findIndex((each) => each.waiter === waiter);
    assert.ok(at >= 0, 'pool: cancelled what does not wait');
    this.waiting.splice(at, 1);
  }
  serve(): void {
    const next = this.waiting.shift();
    next?.waiter.onStream(this.stream(next.handler));
  }
  failWaiting(why: Fault): void {
    this.waiting.shift()?.waiter.onPoolFault(why);
  }
  renew(): void {}
  interrupt(): void {}
  warm(): void {}
  drain(): void {}
  close(): void {}
  private stream(handler: ResponseHandler): Upstream {
    const stream = new Upstream(handler);
    this.streams.push(stream);
    return stream;
  }
}
