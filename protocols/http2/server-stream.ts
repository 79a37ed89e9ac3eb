import {
  type Fault,
  FieldList,
  type Fields,
  fault,
  type Outcome,
  type ResponseHead,
  type ServerStream,
  STATUS_OF_OUTCOME,
  type StreamHandler,
} from 'meshloom/protocol';
import { NO_ERROR } from './error-code.ts';
import { GRPC_STATUS_OF_OUTCOME, grpcMessage, isGrpc } from './grpc.ts';
import type { HeaderFields } from './header-fields.ts';
import { type Http2RequestHead, UNKNOWN_LENGTH } from './request-head.ts';
import { Http2Stream, type StreamOwner } from './stream.ts';
import { STREAM } from './stream-state.ts';

const NO_FIELDS: Fields = new FieldList();

/** Hears what comes after a reply that was made here, and wants none of it. */
const NOBODY: StreamHandler = { onData() {}, onTrailers() {}, onReset() {}, onDrain() {} };

/** The side that answers. */
export class Http2ServerStream extends Http2Stream implements ServerStream {
  private readonly request: Http2RequestHead;
  /** What happened within `onRequest`, when there was no handler to tell. */
  private earlyFault: Fault | undefined = undefined;
  private earlyDrain = false;
  private replied = false;

  constructor(id: number, owner: StreamOwner, request: Http2RequestHead, end: boolean, sendWindow: number, receiveWindow: number) {
    super(id, owner, undefined, sendWindow, receiveWindow);
    this.request = request;
    this.receiving.lengthLeft = request.upgrade === '' ? request.contentLength : UNKNOWN_LENGTH;
    this.move(STREAM['receive-headers']);
    if (end) {
      this.receiveEnd();
      this.receiving.delivered = true;
    }
  }

  /** The head of a response has been sent: the client got something for its request. */
  get answered(): boolean {
    return this.sending.begun;
  }

  /** What `onRequest` returned. The stream may have been replied to, and may be over. */
  handleWith(handler: StreamHandler): void {
    if (this.replied) return;
    this.handler = handler;
    if (this.earlyFault !== undefined) handler.onReset(this.earlyFault);
    else if (this.earlyDrain && !this.over) handler.onDrain();
  }

  override endWith(why: Fault): void {
    if (this.handler === undefined && !this.over) this.earlyFault = why;
    super.endWith(why);
  }

  override drain(): void {
    if (this.handler === undefined) this.earlyDrain = true;
    else super.drain();
  }

  trailersReceived(fields: HeaderFields | string, end: boolean): void {
    this.receiveTrailers(fields, end);
  }

  sendInformational(head: ResponseHead): void {
    // RFC 9113 section 8.6: there is no 101; here an upgrade is accepted by a 2xx.
    if (this.over || this.sending.begun || head.status === 101) return;
    this.move(STREAM['send-headers']);
    this.owner.outbound.response(this.id, head.status, head.fields, false, false);
  }

  sendHead(head: ResponseHead, end: boolean): void {
    if (this.over || this.sending.begun) return;
    this.sendFields(this.statusOf(head), head.fields, end);
  }

  reply(outcome: Outcome, message: string, fields: Fields = NO_FIELDS): void {
    if (this.over) return;
    if (this.sending.begun) {
      this.reset(fault('cancelled', 'local', 'maybe', message));
      return;
    }
    this.replied = true;
    this.handler = NOBODY;
    if (isGrpc(this.request.fields)) this.replyGrpc(outcome, message, fields);
    else this.replyText(outcome, message, fields);
    this.receiving.pauses = 1;
    this.resume();
  }

  override endSent(): void {
    // RFC 9113 section 8.1: the answer is complete without the rest of the request, which the client need not send.
    const unfinished = this.replied && this.remoteOpen;
    super.endSent();
    if (!unfinished) return;
    this.owner.writeReset(this, NO_ERROR);
    this.finish();
    this.owner.settled();
  }

  /** Trailers-Only: the whole response is one head (gRPC over HTTP/2, "Responses"). */
  private replyGrpc(outcome: Outcome, message: string, added: Fields): void {
    const fields = new FieldList(added);
    fields.set('content-type', 'application/grpc');
    fields.set('grpc-status', String(GRPC_STATUS_OF_OUTCOME[outcome]));
    fields.set('grpc-message', grpcMessage(message));
    this.sendFields(STATUS_OF_OUTCOME.ok, fields, true);
  }

  private replyText(outcome: Outcome, message: string, added: Fields): void {
    const body = Buffer.from(message === '' ? '' : `${message}\n`, 'utf8');
    const fields = new FieldList(added);
    if (body.length > 0 && !fields.has('content-type')) fields.set('content-type', 'text/plain; charset=utf-8');
    fields.set('content-length', String(body.length));
    const end = body.length === 0 || this.request.method === 'HEAD';
    this.sendFields(STATUS_OF_OUTCOME[outcome], fields, end);
    if (!end) this.sendData(body, true);
  }

  /**
   * An upgrade is accepted by a 2xx here (RFC 9113 section 8.5, RFC 8441 section 5): HTTP/1.1's 101 becomes one, and a 2xx that accepted
   * nothing must not look like one.
   */
  private statusOf({ status, upgraded }: ResponseHead): number {
    if (this.request.upgrade === '') return status;
    if (upgraded === true) return status === 101 ? 200 : status;
    return status < 300 ? STATUS_OF_OUTCOME.failed : status;
  }

  private sendFields(status: number, fields: Fields, end: boolean): void {
    this.move(STREAM['send-headers']);
    this.sending.begun = true;
    this.sending.ended = end;
    this.sending.endSent = end;
    this.owner.outbound.response(this.id, status, fields, this.request.upgrade !== '', end);
    if (end) this.endSent();
  }
}
