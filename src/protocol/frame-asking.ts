import type { Bytes } from '../base/bytes.ts';
import { type Fault, fault } from '../base/fault.ts';
import type { FrameConnection } from './frame-connection.ts';
import { FramedHead, type FrameFormat } from './frame-format.ts';
import { IdTable } from './frame-id-table.ts';
import { FrameStream, Waiting } from './frame-stream.ts';
import { writeFrame } from './frame-writer.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { ClientStream, ResponseHandler } from './stream.ts';

/** The half of a connection that asks: gives ids, and finds the stream that an answer is for. */
export class FrameAsking<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead> {
  readonly connection: FrameConnection<Request, Response>;
  /** Bytes of answers whose streams are paused. */
  heldBytes = 0;
  readonly waiting = new Waiting();
  private readonly streams = new IdTable<FrameClientStream<Request, Response>>();

  constructor(connection: FrameConnection<Request, Response>) {
    this.connection = connection;
  }

  get active(): number {
    return this.streams.size;
  }

  /** For what is sent and not waited for as a stream is: no stream has this id, nor will for long. */
  takeId(): number {
    return this.streams.takeId();
  }

  open(handler: ResponseHandler): ClientStream {
    const stream = new FrameClientStream(this, this.streams.takeId(), handler);
    this.streams.add(stream);
    return stream;
  }

  onResponse(frame: Bytes): void {
    this.streamOf(frame)?.onResponse(this.connection.format.response(frame));
  }

  onOversizeResponse(prefix: Bytes, frameBytes: number): void {
    const limit = this.connection.format.maxFrameBytes;
    this.streamOf(prefix)?.fail(
      fault('too-large', this.connection.peer, 'maybe', `a frame of ${frameBytes} bytes is longer than the limit of ${limit}`),
    );
  }

  /** undefined for an answer to nobody: its stream was reset, or the peer made it up. */
  private streamOf(frame: Bytes): FrameClientStream<Request, Response> | undefined {
    const { format } = this.connection;
    const stream = format.idHigh(frame) === 0 ? this.streams.get(format.idLow(frame)) : undefined;
    return stream?.awaitsResponse === true ? stream : undefined;
  }

  remove(id: number): void {
    this.streams.delete(id);
  }

  abort(why: Fault): void {
    this.heldBytes = 0;
    for (const stream of this.streams.clear()) stream.cut(why);
  }
}

class FrameClientStream<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>
  extends FrameStream<RequestHead>
  implements ClientStream
{
  private readonly asking: FrameAsking<Request, Response>;
  readonly id: number;
  private readonly handler: ResponseHandler;
  private answered = false;
  /** The request came in an unlike protocol. */
  private adopted = false;
  private held: Bytes | undefined = undefined;

  constructor(asking: FrameAsking<Request, Response>, id: number, handler: ResponseHandler) {
    super(asking.connection.host, asking.connection.format.maxFrameBytes, asking.waiting);
    this.asking = asking;
    this.id = id;
    this.handler = handler;
  }

  get awaitsResponse(): boolean {
    return this.sent && !this.answered;
  }

  sendHead(head: RequestHead, end: boolean): void {
    if (this.over || this.head !== undefined) return;
    const { format } = this.asking.connection;
    if (!isOwnRequest(format, head) && format.adopt === undefined) {
      this.refuse(`${format.name} cannot carry requests of ${head.protocol}`);
      return;
    }
    this.head = head;
    if (end) this.sendTrailers();
  }

  /** The peer may be answering already: its late answer finds no stream and is dropped. */
  reset(): void {
    if (this.over) return;
    this.leave();
    this.asking.connection.streamEnded();
  }

  /** Ends the stream because of the peer, or because of what it was asked to send. */
  fail(why: Fault): void {
    if (this.over) return;
    this.leave();
    this.handler.onReset(why);
    this.asking.connection.streamEnded();
  }

  /** The connection died. What was not written yet had no effect. */
  cut(why: Fault): void {
    this.over = true;
    this.held = undefined;
    this.handler.onReset(this.sent || why.processed === 'no' ? why : { ...why, processed: 'no' });
  }

  onResponse(head: Response): void {
    const rendered = this.adopted ? this.asking.connection.format.render?.(head) : undefined;
    if (rendered === undefined) this.answer(head, head.payload);
    else this.answer(rendered.head, rendered.body);
  }

  private answer(head: ResponseHead, body: Bytes): void {
    const { asking, handler } = this;
    this.answered = true;
    handler.onHead(head, false);
    if (this.over) return;
    if (this.pauses === 0) {
      this.deliver(body);
      return;
    }
    // One connection carries the answers of many: a stream that is paused holds its own and stops nobody else's.
    if (asking.heldBytes + body.length > asking.connection.format.maxFrameBytes) {
      this.fail(fault('overflow', 'local', 'maybe', 'too many answers wait for slow consumers on this connection'));
      return;
    }
    this.held = body;
    asking.heldBytes += body.length;
  }

  protected sendMessage(head: RequestHead, body: Bytes): void {
    const { connection } = this.asking;
    const { format } = connection;
    if (connection.dead) return;
    if (!connection.takes(body.length)) {
      this.fail(fault('refused', 'upstream', 'no', `${format.maxUnreadBytes} bytes of requests wait for a peer that does not read`));
      return;
    }
    if (isOwnRequest(format, head)) writeFrame(format, this.transport, head, body, 0, this.id);
    else this.sendAdopted(head, body);
    if (!head.oneWay || this.over) return;
    this.leave();
    connection.streamEnded();
  }

  private sendAdopted(head: RequestHead, body: Bytes): void {
    const { format } = this.asking.connection;
    const adopted = format.adopt?.(head, body);
    if (adopted === undefined) this.refuse(`${format.name} cannot carry this request of ${head.protocol}`);
    else if ('head' in adopted) this.answer(adopted.head, adopted.body);
    else {
      this.adopted = true;
      format.setId(adopted, 0, this.id);
      this.transport.write(adopted);
    }
  }

  protected sendTooLong(): void {
    const limit = this.asking.connection.format.maxFrameBytes;
    this.fail(fault('too-large', 'local', 'no', `the request is longer than the ${limit} bytes of a frame`));
  }

  protected onDrain(): void {
    this.handler.onDrain();
  }

  protected onPause(): void {}

  protected onResume(): void {
    const { held } = this;
    if (held === undefined || this.pauses > 0) return;
    this.deliver(held);
  }

  private deliver(payload: Bytes): void {
    this.leave();
    this.handler.onData(payload, true);
    this.asking.connection.streamEnded();
  }

  private refuse(detail: string): void {
    this.fail(fault('unsupported', 'local', 'no', detail));
  }

  private leave(): void {
    this.over = true;
    if (this.held !== undefined) this.asking.heldBytes -= this.held.length;
    this.held = undefined;
    this.asking.remove(this.id);
  }
}

function isOwnRequest<Request extends FramedHead & RequestHead, Response extends FramedHead & ResponseHead>(
  format: FrameFormat<Request, Response>,
  head: RequestHead,
): head is Request {
  return head instanceof FramedHead && head.protocol === format.name;
}
