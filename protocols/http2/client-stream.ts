import { type ClientStream, type Fault, fault, type RequestHead, type ResponseHandler } from 'meshloom/protocol';
import { PROTOCOL_ERROR } from './error-code.ts';
import type { HeaderFields } from './header-fields.ts';
import { UNKNOWN_LENGTH } from './request-head.ts';
import type { Http2ResponseHead } from './response-head.ts';
import { Http2Stream, type StreamOwner } from './stream.ts';
import { STREAM } from './stream-state.ts';

/** What a client's stream needs of its connection, besides. */
export interface ClientStreamOwner extends StreamOwner {
  /** Gives the stream its id and puts it among the open ones: now its head is written. */
  enter(stream: Http2ClientStream): void;
  /** 'later': the server has not said yet whether it does extended CONNECT (RFC 8441 section 3). */
  readonly connectProtocol: 'yes' | 'no' | 'later';
}

/** The side that asks. */
export class Http2ClientStream extends Http2Stream implements ClientStream {
  declare protected readonly owner: ClientStreamOwner;
  declare protected handler: ResponseHandler;
  private request: RequestHead | undefined = undefined;
  /** `end` of `sendHead`, for a head that waits for the server's SETTINGS. */
  private requestEnds = false;
  private headReceived = false;

  constructor(owner: ClientStreamOwner, handler: ResponseHandler, sendWindow: number, receiveWindow: number) {
    super(0, owner, handler, sendWindow, receiveWindow);
  }

  override get acceptsData(): boolean {
    return this.headReceived && this.remoteOpen;
  }

  /** Nothing of it has been written, so that it cannot have had an effect. */
  get unsent(): boolean {
    return this.state === 'idle';
  }

  sendHead(head: RequestHead, end: boolean): void {
    if (this.over || this.request !== undefined) return;
    this.request = head;
    this.requestEnds = end;
    const extended = head.upgrade !== '' && head.upgrade !== 'connect';
    if (!extended || this.owner.connectProtocol === 'yes') this.writeHead(head, end);
    else if (this.owner.connectProtocol === 'no') this.refuseUpgrade();
  }

  /** The server's SETTINGS have come, and a head may have waited for them. */
  settingsKnown(): void {
    if (this.request === undefined || !this.unsent || this.over) return;
    if (this.owner.connectProtocol === 'yes') this.writeHead(this.request, this.requestEnds);
    else this.refuseUpgrade();
  }

  override endWith(why: Fault): void {
    if (this.unsent) super.endWith(fault(why.code, why.origin, 'no', why.detail));
    else if (why.code === 'closed' && this.headReceived) super.endWith(fault('truncated', why.origin, why.processed, why.detail));
    else super.endWith(why);
  }

  /** `head` is what is malformed about it, if it is. */
  responseReceived(head: Http2ResponseHead | string, end: boolean): void {
    if (typeof head === 'string') {
      this.owner.streamViolated(this, PROTOCOL_ERROR, head);
      return;
    }
    if (head.informational) {
      // RFC 9113 section 8.1.
      if (end) this.owner.streamViolated(this, PROTOCOL_ERROR, `${head.code} with END_STREAM`);
      else this.handler.onInformational(head);
      return;
    }
    this.move(STREAM['receive-headers']);
    this.headReceived = true;
    const { upgrade } = this.request!;
    head.upgraded = upgrade !== '' && head.code < 300;
    head.switched = head.upgraded && upgrade !== 'connect';
    this.receiving.lengthLeft = this.bodyLength(head);
    if (!end) {
      this.handler.onHead(head, false);
      return;
    }
    if (this.receiving.lengthLeft > 0) {
      this.owner.streamViolated(this, PROTOCOL_ERROR, 'content-length without a body');
      return;
    }
    this.receiveEnd();
    const last = this.beginEnding();
    this.handler.onHead(head, true);
    this.completeEnding(last);
  }

  trailersReceived(fields: HeaderFields | string, end: boolean): void {
    this.receiveTrailers(fields, end);
  }

  get awaitsHead(): boolean {
    return !this.headReceived;
  }

  /** RFC 9110 section 6.4.1: which responses have a body. */
  private bodyLength(head: Http2ResponseHead): number {
    if (head.upgraded) return UNKNOWN_LENGTH;
    if (this.request!.method === 'HEAD' || head.code === 204 || head.code === 304) return 0;
    return head.contentLength;
  }

  private writeHead(head: RequestHead, end: boolean): void {
    this.owner.enter(this);
    this.move(STREAM['send-headers']);
    this.sending.begun = true;
    if (end) {
      this.sending.ended = true;
      this.sending.endSent = true;
    }
    this.owner.outbound.request(this.id, head, end);
    if (end) {
      this.endSent();
      return;
    }
    // What was sent while the head waited.
    this.owner.outbound.resume(this);
    this.owner.outbound.flush();
  }

  private refuseUpgrade(): void {
    this.endWith(fault('unsupported', 'upstream', 'no', 'the server does no extended CONNECT (RFC 8441)'));
  }
}
