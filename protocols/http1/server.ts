import {
  type Bytes,
  EMPTY,
  type Fault,
  type Fields,
  fault,
  type Outcome,
  type ResponseHead,
  type ServerHost,
  STATUS_OF_OUTCOME,
} from 'meshloom/protocol';
import { Http1Connection, type Shared } from './connection.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import { replyBytes, switchingTo } from './reply.ts';
import { Http1RequestHead } from './request-head.ts';
import { finalBytes, informationalBytes, responseFraming } from './response-writer.ts';
import { Http1ServerStream, type ResponseSender } from './server-stream.ts';
import { CLIENT, SERVER } from './state.ts';
import { CR, LF } from './tables.ts';

/** RFC 9112 section 2.2: old clients send an empty line after a body. More than a few are no mistake. */
export const MAX_EMPTY_LINES = 4;

const CLOSE = 'connection: close\r\n';
const KEEP_ALIVE = 'connection: keep-alive\r\n';

/** Receives requests and sends responses: one exchange at a time, and answers in the order of the requests (RFC 9112 section 9.3.2). */
export class Http1Server extends Http1Connection implements ResponseSender {
  protected stream: Http1ServerStream | undefined = undefined;
  private readonly host: ServerHost;
  private emptyLines = 0;
  /** The client holds its body back until it has been told to go on (RFC 9110 section 10.1.1). */
  private holdsBody = false;
  /** What may still be thrown away of a body whose request has been answered. */
  private discardable = 0;

  constructor(host: ServerHost, shared: Shared) {
    super(host, shared);
    this.host = host;
  }

  get partial(): boolean {
    return this.state.client === 'idle' && this.input.size > 0 && this.writable;
  }

  /** Requests wait as bytes, behind one that is not answered and while the client does not take its answers. */
  protected get overfull(): boolean {
    const { client } = this.state;
    const waits = client === 'done' || client === 'upgrading' || (client === 'idle' && !this.writable);
    return waits && this.input.size > this.shared.limits.pipelinedBytes;
  }

  protected advance(): boolean {
    if (this.stream !== undefined && this.stream.pauses > 0) return false;
    switch (this.state.client) {
      case 'idle':
        // A client that asks and asks and does not read would fill the memory with answers.
        return (this.writable || this.input.size === 0) && this.readHead();
      case 'body':
        return this.readBody();
      case 'upgrading':
        // What follows the body is a tunnel's or the next request's: nobody knows before the answer.
        return this.body.ended ? this.waitForAnswer() : this.readBody();
      case 'tunnel':
        return this.readTunnel();
      case 'done':
        return this.waitForAnswer();
      case 'closed':
        return false;
    }
  }

  /** The request is complete and its answer is not. */
  private waitForAnswer(): boolean {
    if (this.ended && !this.shared.limits.halfClose)
      this.fail(fault('closed', 'downstream', 'maybe', 'the client left before it had its answer'));
    return false;
  }

  private readHead(): boolean {
    const { input } = this;
    if (this.scanner === undefined) {
      if (!this.skipEmptyLines()) return false;
      if (input.size === 0) {
        if (this.ended || this.leaving) this.closeTransport();
        return false;
      }
    }
    if (!this.scanHead('request')) return false;
    const scanner = this.scanner!;
    const { digest, shelf, limits } = this.shared;
    const bytes = input.take(scanner.length);
    this.scanner = undefined;
    shelf.giveBack(scanner);
    let wrong = digest.readRequest(bytes, scanner);
    if (wrong === undefined) {
      const head = new Http1RequestHead(bytes, scanner, digest, this.host.secure);
      wrong = head.check() ?? this.checkBody(head, digest.chunked);
      if (wrong === undefined) {
        const old = scanner.minor === 0;
        this.persistent = !digest.close && (!old || digest.keepAlive);
        this.holdsBody = digest.expectsContinue;
        this.body.begin(digest.chunked ? 'chunked' : 'length', Math.max(digest.contentLength, 0), limits.bodyBytes);
        if (digest.offered.length > 0 && this.body.ended && this.handOver(head, digest.offered)) return false;
        this.begin(head, old);
        return true;
      }
    }
    this.refuse(wrong);
    return false;
  }

  /** False when the rest of a line end is missing, or when it is wrong. */
  private skipEmptyLines(): boolean {
    const { input } = this;
    while (input.size > 0 && input.bytes[input.at] === CR) {
      if (input.size === 1) {
        if (this.ended) this.cut();
        return false;
      }
      if (input.bytes[input.at + 1] !== LF) this.refuse(refusal.BARE_CR);
      else if (++this.emptyLines > MAX_EMPTY_LINES) this.refuse(refusal.EMPTY_LINES);
      else {
        input.skip(2);
        continue;
      }
      return false;
    }
    return true;
  }

  private checkBody(head: Http1RequestHead, chunked: boolean): Refusal | undefined {
    // RFC 9110 section 9.3.6: content of a CONNECT has no meaning, and to others it is the tunnel's first bytes.
    if (head.upgrade === 'connect' && (chunked || head.contentLength > 0)) return refusal.CONTENT_IN_CONNECT;
    const { bodyBytes } = this.shared.limits;
    return bodyBytes > 0 && head.contentLength > bodyBytes ? refusal.BODY_TOO_LARGE : undefined;
  }

  /**
   * Whether the connection is another protocol's now (RFC 9110 section 7.8). Asked for requests without a body only: where one is, what
   * comes next is not the other protocol's yet.
   */
  private handOver(head: Http1RequestHead, names: readonly string[]): boolean {
    if (this.leaving || head.upgrade === 'connect') return false;
    const { input } = this;
    const connectionFields = head.fields.hiddenFields();
    const rest = input.bytes.subarray(input.at, input.end);
    for (const name of names) {
      if (this.host.handOver?.({ name, head, connectionFields, accepted: switchingTo(name), rest }) !== true) continue;
      this.close();
      return true;
    }
    return false;
  }

  private begin(head: Http1RequestHead, old: boolean): void {
    const { state } = this;
    const key = head.upgrade === 'websocket' ? (head.fields.get('sec-websocket-key') ?? '') : '';
    const stream = new Http1ServerStream(this, head.method, old, head.upgrade, key);
    this.stream = stream;
    this.emptyLines = 0;
    state.onServer(SERVER.request);
    state.onClient(head.upgrade === '' ? CLIENT.head : CLIENT.upgrade);
    const end = head.upgrade === '' && this.body.ended;
    if (end) state.onClient(CLIENT.end);
    const listener = this.host.onRequest(stream, head, end);
    stream.listener = listener;
    if (stream.lost !== undefined) listener.onReset(stream.lost);
  }

  protected override deliver(data: Bytes): void {
    this.holdsBody = false;
    if (this.stream !== undefined) super.deliver(data);
    else this.discard(data);
  }

  private discard(data: Bytes): void {
    this.discardable -= data.length;
    if (this.discardable < 0) this.closeTransport();
  }

  protected received(data: Bytes, trailers: Fields | undefined): void {
    const { state, stream } = this;
    if (state.client === 'upgrading') {
      this.deliver(data);
      return;
    }
    if (stream === undefined) this.discard(data);
    if (state.closed) return;
    state.onClient(CLIENT.end);
    if (state.done) {
      // A stream that was answered before its end is over with it, before the handler hears so: in the callback it is no longer active.
      if (stream !== undefined) stream.over = true;
      this.stream = undefined;
    }
    if (stream !== undefined) this.tellEnd(stream.listener, data, trailers);
    if (state.done) this.finish();
  }

  sendInformational(head: ResponseHead): void {
    const { stream, state } = this;
    if (stream === undefined || state.server !== 'waiting') return;
    // RFC 9110 section 15.2: not to HTTP/1.0 clients. 101 is a final answer, and no such head.
    if (stream.old || head.status < 100 || head.status > 199 || head.status === 101) return;
    // Of a flood of them only as many as the client takes: when a request begins there is place for some.
    if (!this.writable) return;
    state.onServer(SERVER.informational);
    if (head.status === 100) this.holdsBody = false;
    this.host.write(informationalBytes(head));
  }

  sendHead(head: ResponseHead, end: boolean): void {
    const { stream, state, writer } = this;
    if (stream === undefined || state.server !== 'waiting') return;
    const framing = responseFraming(head, end, stream);
    // Neither a final status nor the answer to an upgrade that was asked for; or a body is announced that does not come.
    if (framing === undefined || (framing.ending !== 'tunnel' && head.status < 200) || head.status > 999) {
      this.reply('failed', 'the response that came cannot be passed on');
      return;
    }
    // A client that holds its body back may send it after this answer, or send the next request: nobody knows (RFC 9110 section 10.1.1).
    if (this.leaving || framing.ending === 'close' || (this.holdsBody && !this.body.ended)) this.persistent = false;
    // RFC 9110 section 15.5.9: who has waited long enough does not wait for the rest.
    if (head.status === 408) this.persistent = false;
    const { ending } = framing;
    writer.begin(ending, Math.max(framing.length, 0));
    this.host.write(finalBytes(head, framing, stream, this.connectionLine(stream.old)));
    if (ending === 'tunnel') {
      this.persistent = false;
      state.onServer(SERVER.accepted);
      state.onClient(CLIENT.accepted);
    } else {
      state.onServer(SERVER.head);
      if (state.client === 'upgrading') state.onClient(CLIENT.refused);
    }
    if (end) this.sent();
    // What was held back for want of this answer may go on now.
    if (stream.upgrade !== '') this.run();
  }

  /** HTTP/1.0 clients must be told that the connection stays, all others that it does not (RFC 9112 section 9.3). */
  private connectionLine(old: boolean): string {
    if (!this.persistent) return CLOSE;
    return old ? KEEP_ALIVE : '';
  }

  sendData(bytes: Bytes, end: boolean): void {
    const { server } = this.state;
    if (server !== 'body' && server !== 'tunnel') return;
    if (!this.writer.write(bytes, end)) this.misframed();
    else if (end) this.sent();
  }

  sendTrailers(fields: Fields): void {
    const { server } = this.state;
    if (server !== 'body' && server !== 'tunnel') return;
    if (!this.writer.writeTrailers(fields, EMPTY)) this.misframed();
    else this.sent();
  }

  private misframed(): void {
    this.fail(fault('truncated', 'local', 'maybe', 'the response body is not as long as its Content-Length says'));
  }

  /** The response is complete. */
  private sent(): void {
    const { state, stream, writer } = this;
    const tunnel = state.server === 'tunnel';
    state.onServer(SERVER.end);
    if (state.client === 'done') {
      if (stream !== undefined) stream.over = true;
      this.stream = undefined;
      this.finish();
    } else if (tunnel || !this.persistent || writer.ending === 'close') {
      // The rest of the request is still on the way; the client learns at once that no more will come.
      this.host.end();
    }
  }

  private finish(): void {
    if (!this.persistent || this.leaving) {
      this.closeTransport();
      return;
    }
    this.state.next();
    this.run();
  }

  reply(outcome: Outcome, message: string, fields?: Fields): void {
    const { stream, state, host } = this;
    if (stream === undefined || state.closed) return;
    if (state.server !== 'waiting') {
      stream.reset(fault('cancelled', 'local', 'maybe', message));
      return;
    }
    if (state.client === 'upgrading') state.onClient(CLIENT.refused);
    if (state.client === 'body' && this.body.ended) state.onClient(CLIENT.end);
    if (this.leaving || (state.client === 'body' && !this.mayDiscard())) this.persistent = false;
    host.write(replyBytes(STATUS_OF_OUTCOME[outcome], message, this.connectionLine(stream.old), stream.method !== 'HEAD', fields));
    state.onServer(SERVER.head);
    state.onServer(SERVER.end);
    stream.over = true;
    if (state.client === 'done') {
      this.stream = undefined;
      this.finish();
    } else this.discardRest();
  }

  /** The response is complete, and nobody wants what is left of the request. */
  private discardRest(): void {
    this.stream = undefined;
    if (this.persistent) this.run();
    else this.closeTransport();
  }

  /** Whether the rest of the body is worth reading. A client that waits for 100 might send no body at all: nobody knows what comes next. */
  private mayDiscard(): boolean {
    this.discardable = this.shared.limits.discardedBytes;
    return !this.holdsBody && (this.body.remaining ?? 0) <= this.discardable;
  }

  /** A request whose response is complete is not worth a connection: the rest of it is thrown away, if that is little. */
  cancel(why: Fault): void {
    if (this.state.server !== 'done' || this.state.client !== 'body') {
      this.fail(why);
      return;
    }
    if (!this.mayDiscard()) this.persistent = false;
    this.discardRest();
  }

  goAway(): void {
    if (this.state.closed) return;
    this.leaving = true;
    if (this.state.client === 'idle' && !this.partial) this.closeTransport();
  }

  terminate(why: Fault): void {
    if (this.state.closed) return;
    // RFC 9110 section 15.5.9. To a connection on which nothing has begun it would be the answer to the next request.
    if (why.code === 'timeout' && (this.partial || this.state.server === 'waiting')) this.writeRefusal(408, why.detail);
    this.fail(why);
  }

  protected refuse({ status, code, detail }: Refusal): void {
    this.writeRefusal(status, detail);
    this.fail(fault(code, 'downstream', this.stream === undefined ? 'no' : 'maybe', detail));
  }

  /** Nothing when an answer has begun already. */
  private writeRefusal(status: number, detail: string): void {
    const { server } = this.state;
    if (server !== 'idle' && server !== 'waiting') return;
    this.host.write(replyBytes(status, detail, CLOSE, this.stream?.method !== 'HEAD'));
    this.stream?.listener?.onReplaced?.(status, detail);
  }

  protected cut(): void {
    this.fail(fault('truncated', 'downstream', 'maybe', 'the client ended the connection within a request'));
  }

  protected lose(stream: Http1ServerStream, why: Fault): void {
    if (stream.listener === undefined) stream.lost = why;
    else stream.listener.onReset(why);
  }

  protected forgetStream(): void {
    this.stream = undefined;
  }
}
