import type { Bytes } from '../base/bytes.ts';
import type { Fault, FaultCode } from '../base/fault.ts';
import type { Fields } from './fields.ts';
import type { FrameConnection } from './frame-connection.ts';
import { FramedHead, type FrameFormat } from './frame-format.ts';
import { type Listed, UnorderedList } from './frame-list.ts';
import { FrameStream, Waiting } from './frame-stream.ts';
import { writeFrame } from './frame-writer.ts';
import type { Outcome, RequestHead, ResponseHead } from './head.ts';
import { STATUS_OF_OUTCOME } from './outcome.ts';
import type { ServerStream, StreamHandler } from './stream.ts';

/** What the asking peer is told when its stream is reset here: a frame that is never answered would keep it waiting. */
const OUTCOME_OF_FAULT: Readonly<Partial<Record<FaultCode, Outcome>>> = {
  'too-large': 'too-large',
  timeout: 'timeout',
  overflow: 'overloaded',
  'connect-failed': 'unavailable',
  'going-away': 'unavailable',
  refused: 'unavailable',
};

/** The half of a connection that answers the peer's requests. */
export class FrameAnswering<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead> {
  readonly connection: FrameConnection<Request, Response>;
  readonly waiting = new Waiting();
  private readonly streams = new UnorderedList<FrameServerStream<Request, Response>>();

  constructor(connection: FrameConnection<Request, Response>) {
    this.connection = connection;
  }

  get active(): number {
    return this.streams.size;
  }

  onRequest(frame: Bytes): void {
    const { format, host, leaving } = this.connection;
    const head = format.request(frame);
    const stream = new FrameServerStream(this, head);
    if (host.onRequest === undefined) stream.reply('unavailable', 'requests are not taken in this direction');
    else if (leaving) stream.reply('unavailable', 'going away');
    else if (this.streams.size >= format.ceiling) stream.reply('overloaded', `${format.ceiling} requests wait on this connection already`);
    else {
      this.streams.add(stream);
      stream.begin(host.onRequest(stream, head, false));
    }
  }

  onOversizeRequest(prefix: Bytes, frameBytes: number): void {
    const { format } = this.connection;
    const stream = new FrameServerStream(this, format.request(prefix));
    stream.reply('too-large', `a frame of ${frameBytes} bytes is longer than the limit of ${format.maxFrameBytes}`);
  }

  remove(stream: FrameServerStream<Request, Response>): void {
    if (this.streams.delete(stream)) this.connection.streamEnded();
  }

  abort(fault: Fault): void {
    for (const stream of this.streams.clear()) stream.cut(fault);
  }
}

class FrameServerStream<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>
  extends FrameStream<ResponseHead>
  implements ServerStream, Listed
{
  place = -1;
  private readonly answering: FrameAnswering<Request, Response>;
  private readonly request: Request;
  private readonly idHigh: number;
  private readonly idLow: number;
  private handler: StreamHandler | undefined = undefined;
  private received = false;
  private cutBy: Fault | undefined = undefined;

  constructor(answering: FrameAnswering<Request, Response>, request: Request) {
    const { format, host } = answering.connection;
    super(host, format.maxFrameBytes, answering.waiting);
    this.answering = answering;
    this.request = request;
    // Now, for forwarding the request patches another id into the same bytes.
    this.idHigh = format.idHigh(request.frame);
    this.idLow = format.idLow(request.frame);
    this.sent = request.oneWay;
  }

  get whole(): boolean {
    return true;
  }

  /** The owner has the head: give it the rest. */
  begin(handler: StreamHandler): void {
    this.handler = handler;
    if (this.cutBy !== undefined) handler.onReset(this.cutBy);
    else if (this.pauses === 0) this.deliver();
  }

  cut(fault: Fault): void {
    if (this.over) return;
    this.over = true;
    // The connection may die inside `onRequest`, before there is anybody to tell.
    if (this.handler === undefined) this.cutBy = fault;
    else this.handler.onReset(fault);
  }

  sendInformational(): void {}

  sendHead(head: ResponseHead, end: boolean): void {
    if (this.over || this.sent || this.head !== undefined) return;
    this.head = head;
    if (end) this.sendTrailers();
  }

  reply(outcome: Outcome, message: string, fields?: Fields): void {
    if (this.over) return;
    if (!this.sent) this.writeReply(outcome, message, fields);
    this.finish();
  }

  reset(fault: Fault): void {
    if (this.over) return;
    if (!this.sent && fault.origin !== 'downstream') this.writeReply(OUTCOME_OF_FAULT[fault.code] ?? 'failed', fault.detail, undefined);
    this.finish();
  }

  protected sendMessage(head: ResponseHead, body: Bytes): void {
    const { connection } = this.answering;
    if (isOwnResponse(connection.format, head)) {
      if (!connection.takes(head.frame.length)) {
        this.replace('overloaded', `${connection.format.maxUnreadBytes} bytes of answers wait for a peer that does not read`);
      } else if (!connection.dead) {
        writeFrame(connection.format, this.transport, head, body, this.idHigh, this.idLow);
        connection.written();
      }
    } else this.writeReply(head.outcome, body.toString('utf8'), head.fields);
    if (this.received) this.finish();
  }

  protected sendTooLong(): void {
    this.replace('too-large', 'the response is longer than a frame may be');
    if (this.received) this.finish();
  }

  protected onDrain(): void {
    this.handler?.onDrain();
  }

  /** Requests share the connection with nobody but their own sender, so that it may be stopped. */
  protected onPause(): void {
    this.transport.pause();
  }

  protected onResume(): void {
    this.transport.resume();
    if (this.pauses === 0 && this.handler !== undefined) this.deliver();
  }

  private deliver(): void {
    if (this.over || this.received) return;
    this.received = true;
    // Before the callback: when both directions have ended, a reset inside it has nothing left to end.
    if (this.sent) this.leave();
    this.handler?.onData(this.request.payload, true);
    if (this.sent) this.answering.remove(this);
  }

  private replace(outcome: Outcome, message: string): void {
    this.writeReply(outcome, message, undefined);
    this.handler?.onReplaced?.(STATUS_OF_OUTCOME[outcome], message);
  }

  private writeReply(outcome: Outcome, message: string, fields: Fields | undefined): void {
    const { connection } = this.answering;
    const frame = connection.format.reply(this.request, outcome, message, fields);
    connection.format.setId(frame, this.idHigh, this.idLow);
    connection.write(frame);
  }

  private finish(): void {
    this.leave();
    this.answering.remove(this);
  }

  /** The connection's pauses that were this stream's go with it. */
  private leave(): void {
    this.over = true;
    for (; this.pauses > 0; this.pauses--) this.transport.resume();
  }
}

function isOwnResponse<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>(
  format: FrameFormat<Request, Response>,
  head: ResponseHead,
): head is Response {
  return head instanceof FramedHead && head.protocol === format.name;
}
