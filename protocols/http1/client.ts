import {
  type Bytes,
  type ClientCodec,
  type ClientHost,
  type ClientStream,
  EMPTY,
  type Fault,
  type Fields,
  fault,
  type RequestHead,
  type ResponseHandler,
} from 'meshloom/protocol';
import { Http1ClientStream, type RequestSender } from './client-stream.ts';
import { Http1Connection, type Shared } from './connection.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import { outgoingRequest } from './request-writer.ts';
import { Http1ResponseHead } from './response-head.ts';
import { CLIENT, SERVER } from './state.ts';
import { websocketAccept } from './websocket.ts';

/** Sends requests and receives responses: one exchange at a time, for a response says nothing of the request that it belongs to. */
export class Http1Client extends Http1Connection implements ClientCodec, RequestSender {
  protected stream: Http1ClientStream | undefined = undefined;
  protected readonly overfull = false;
  private readonly host: ClientHost;
  /** Data for a tunnel that the server has not yet agreed to. Were it refused, the server would take it for a request. */
  private early: Bytes[] = [];
  private endsEarly = false;
  /** A 1xx has come. */
  private informed = false;

  constructor(host: ClientHost, shared: Shared) {
    super(host, shared);
    this.host = host;
  }

  get room(): number {
    return this.stream === undefined && !this.leaving && this.state.client === 'idle' ? 1 : 0;
  }

  get partial(): boolean {
    return this.state.server === 'waiting' && this.input.size > 0;
  }

  get holdsEarlyData(): boolean {
    return this.early.length > 0;
  }

  open(handler: ResponseHandler): ClientStream {
    if (this.room === 0) throw new Error('opened a stream on a connection that has no room');
    this.stream = new Http1ClientStream(this, handler);
    return this.stream;
  }

  sendHead(head: RequestHead, end: boolean): void {
    const { stream, state, writer } = this;
    if (stream === undefined || state.client !== 'idle') return;
    const outgoing = outgoingRequest(head, end);
    if (outgoing === undefined) {
      stream.over = true;
      this.stream = undefined;
      stream.listener.onReset(fault('unsupported', 'local', 'no', 'no HTTP/1.1 request can be made of this head'));
      this.settle();
      return;
    }
    stream.asked = true;
    stream.method = head.method;
    stream.upgrade =
      head.upgrade === '' ? '' : head.upgrade === 'connect' ? 'connect' : (head.fields.get('upgrade') ?? head.upgrade).toLowerCase();
    stream.websocketKey = outgoing.websocketKey;
    this.persistent = true;
    this.informed = false;
    state.onClient(stream.upgrade === '' ? CLIENT.head : CLIENT.upgrade);
    state.onServer(SERVER.request);
    writer.begin(outgoing.ending, outgoing.length);
    this.host.write(outgoing.bytes);
    if (!end) return;
    if (stream.upgrade === '') this.sent();
    else this.endsEarly = true;
  }

  sendData(bytes: Bytes, end: boolean): void {
    const { state, writer } = this;
    if (state.client === 'upgrading' && writer.remaining === 0) {
      if (bytes.length > 0) this.early.push(bytes);
      this.endsEarly ||= end;
    } else if (state.client === 'body' || state.client === 'tunnel' || state.client === 'upgrading') {
      if (!writer.write(bytes, end)) this.misframed();
      else if (!end) return;
      else if (state.client === 'upgrading') this.endsEarly = true;
      else this.sent();
    }
  }

  sendTrailers(fields: Fields): void {
    if (this.state.client !== 'body') this.sendData(EMPTY, true);
    else if (!this.writer.writeTrailers(fields, EMPTY)) this.misframed();
    else this.sent();
  }

  private misframed(): void {
    this.fail(fault('truncated', 'local', 'maybe', 'the request body is not as long as its Content-Length says'));
  }

  /** The request is complete. */
  private sent(): void {
    const { state } = this;
    if (state.client === 'tunnel') this.host.end();
    state.onClient(CLIENT.end);
    if (!state.done) return;
    this.release();
    this.settle();
  }

  protected advance(): boolean {
    if (this.stream !== undefined && this.stream.pauses > 0) return false;
    switch (this.state.server) {
      case 'waiting':
        return this.readHead();
      case 'body':
        return this.readBody();
      case 'tunnel':
        return this.readTunnel();
      case 'idle':
      case 'done':
        if (this.input.size > 0) this.failUnasked();
        // In a tunnel the server has ended its own half and no more.
        else if (this.ended && this.state.client !== 'tunnel') this.endedByServer();
        return false;
      case 'closed':
        return false;
    }
  }

  /** An answer that nobody has asked for, or the rest of one. It reaches nobody: not now, and not as the answer to the next request. */
  private failUnasked(): void {
    this.fail(fault('malformed', 'upstream', 'maybe', 'bytes that are no part of an answer'));
  }

  private endedByServer(): void {
    if (this.stream !== undefined) {
      this.fail(fault('closed', 'upstream', 'maybe', 'the server closed the connection'));
      return;
    }
    this.leave();
    this.closeTransport();
  }

  /** There will be no room any more. */
  private leave(): void {
    if (this.leaving) return;
    this.leaving = true;
    this.host.onGoAway();
  }

  private readHead(): boolean {
    const { input } = this;
    if (input.size === 0 && this.scanner === undefined) {
      if (this.ended) this.endedByServer();
      return false;
    }
    if (!this.scanHead('status')) return false;
    const scanner = this.scanner!;
    const { digest, shelf } = this.shared;
    const bytes = input.take(scanner.length);
    this.scanner = undefined;
    shelf.giveBack(scanner);
    const wrong = digest.readResponse(bytes, scanner);
    if (wrong !== undefined) {
      this.refuse(wrong);
      return false;
    }
    const stream = this.stream!;
    const head = new Http1ResponseHead(bytes, scanner, digest);
    const { status } = head;
    if (status === 101) {
      if (!this.mayBecome(stream, digest.upgrade)) this.refuse(refusal.UNASKED_SWITCH);
      else if (!fitsKey(head, stream.websocketKey)) this.refuse(refusal.WRONG_ACCEPT);
      else this.acceptTunnel(stream, head);
      return !this.state.closed;
    }
    if (status < 200) {
      this.informed = true;
      this.state.onServer(SERVER.informational);
      stream.listener.onInformational(head);
      return true;
    }
    if (stream.upgrade === 'connect' && status < 300) {
      this.acceptTunnel(stream, head);
      return true;
    }
    // RFC 9112 section 6.3, in its order.
    if (stream.method === 'HEAD' || status === 204 || status === 304) this.body.begin('length', 0, 0);
    else if (digest.chunked) this.body.begin('chunked', 0, 0);
    else if (digest.contentLength >= 0) this.body.begin('length', digest.contentLength, 0);
    else this.body.begin('until close', 0, 0);
    const persistent = !digest.close && (scanner.minor > 0 || digest.keepAlive) && this.body.framed;
    this.begin(stream, head, persistent);
    return true;
  }

  /** RFC 9110 section 7.8: to nothing but what the client has offered. */
  private mayBecome(stream: Http1ClientStream, chosen: readonly string[]): boolean {
    if (stream.upgrade === '' || stream.upgrade === 'connect') return false;
    const offered = stream.upgrade.split(',').map((protocol) => protocol.trim());
    return chosen.length > 0 && chosen.every((protocol) => offered.includes(protocol));
  }

  private begin(stream: Http1ClientStream, head: Http1ResponseHead, persistent: boolean): void {
    const { state } = this;
    state.onServer(SERVER.head);
    if (state.client === 'upgrading') this.refuseTunnel();
    this.persistent = persistent;
    if (!persistent) this.leave();
    const end = this.body.ended;
    if (end) {
      state.onServer(SERVER.end);
      if (state.done) this.release();
    }
    stream.listener.onHead(head, end);
    if (end) this.settle();
  }

  private acceptTunnel(stream: Http1ClientStream, head: Http1ResponseHead): void {
    const { state, host, early, writer } = this;
    state.onServer(SERVER.accepted);
    state.onClient(CLIENT.accepted);
    writer.begin('tunnel', 0);
    this.persistent = false;
    this.leave();
    this.early = [];
    head.upgraded = true;
    for (const bytes of early) host.write(bytes);
    stream.listener.onHead(head, false);
    if (state.closed || stream.over) return;
    if (this.endsEarly) this.sent();
    else if (early.length > 0 && stream.writable) stream.listener.onDrain();
  }

  /** What was meant for the tunnel is dropped. */
  private refuseTunnel(): void {
    const { state } = this;
    this.early = [];
    state.onClient(CLIENT.refused);
    if (this.endsEarly && this.writer.remaining === 0) state.onClient(CLIENT.end);
  }

  protected received(data: Bytes, trailers: Fields | undefined): void {
    const { state } = this;
    const stream = this.stream!;
    state.onServer(SERVER.end);
    if (state.done) this.release();
    this.tellEnd(stream.listener, data, trailers);
    this.settle();
  }

  /**
   * Both directions are over. The stream is let go before its handler hears so, so that it may open the next one in that very callback; but not
   * when bytes stand behind the answer, for those would be taken for the next one's.
   */
  private release(): void {
    const { state, stream } = this;
    if (stream !== undefined) stream.over = true;
    this.stream = undefined;
    this.endsEarly = false;
    if (this.persistent && !this.leaving && !this.ended && this.input.size === 0) state.next();
  }

  /** After the last callback of a stream. */
  private settle(): void {
    const { state } = this;
    if (this.stream !== undefined || state.closed) return;
    if (state.client === 'idle') this.host.onRoom();
    else if (this.persistent && !this.leaving && this.input.size > 0) this.failUnasked();
    else {
      // What stands behind the last answer is of no account: nobody will ask again.
      this.leave();
      this.closeTransport();
    }
  }

  cancel(why: Fault): void {
    if (this.stream?.asked === true) {
      this.fail(why);
      return;
    }
    this.stream = undefined;
    this.settle();
  }

  goAway(): void {
    if (this.state.closed) return;
    this.leaving = true;
    if (this.stream === undefined) this.closeTransport();
  }

  terminate(why: Fault): void {
    this.fail(why);
  }

  protected refuse({ code, detail }: Refusal): void {
    this.fail(fault(code, 'upstream', 'maybe', detail));
  }

  protected cut(): void {
    this.fail(fault('truncated', 'upstream', 'maybe', 'the server ended the connection within a response'));
  }

  /** Retries depend on two things: whether the server may have acted on the request, and whether an answer had begun. */
  protected override faultForStream(why: Fault): Fault {
    const { state, stream } = this;
    const processed = stream?.asked === true ? 'maybe' : 'no';
    const begun = state.server === 'body' || (state.server === 'waiting' && (this.informed || this.input.size > 0));
    const code = begun && (why.code === 'closed' || why.code === 'reset') ? 'truncated' : why.code;
    return code === why.code && processed === why.processed ? why : fault(code, why.origin, processed, why.detail);
  }

  protected lose(stream: Http1ClientStream, why: Fault): void {
    stream.listener.onReset(why);
  }

  protected forgetStream(): void {
    this.stream = undefined;
    this.early = [];
  }
}

/** RFC 6455 section 4.1: the server has read the key that was made here. Of a client's own key the client judges. */
function fitsKey(head: Http1ResponseHead, key: string): boolean {
  return key === '' || head.fields.get('sec-websocket-accept') === websocketAccept(key);
}
