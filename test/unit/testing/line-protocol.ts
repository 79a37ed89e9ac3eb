import { type Bytes, EMPTY } from '../../../src/base/bytes.ts';
import { type Fault, fault } from '../../../src/base/fault.ts';
import type { ClientCodec, ClientHost, Codec, ServerHost } from '../../../src/protocol/codec.ts';
import type { Outcome, RequestHead, ResponseHead } from '../../../src/protocol/head.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { STATUS_OF_OUTCOME } from '../../../src/protocol/outcome.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { ClientStream, ResponseHandler, ServerStream, Stream, StreamHandler } from '../../../src/protocol/stream.ts';
import { neutralRequest } from '../../../src/testing/action.ts';

/**
 * The smallest protocol that streams. A message is a line, `METHOD PATH` or `STATUS`, and ` +` when a body follows; a body is any number
 * of `LENGTH\n` with as many bytes, and `0\n`. Exists to test the testing kit.
 */
export function lineProtocol(maxLineBytes = 64): Protocol {
  return {
    name: 'line',
    options: [{ name: 'max_line_bytes', type: 'integer', default: 64, description: 'longest line' }],
    configure: ({ max_line_bytes }) => lineProtocol(Number(max_line_bytes ?? maxLineBytes)),
    sniff: (prefix) => (prefix.length < 4 ? 'more' : /^[A-Z]+ ?/.test(prefix.toString('latin1')) ? 'yes' : 'no'),
    server: (host) => new LineServer(host, maxLineBytes),
    client: (host) => new LineClient(host, maxLineBytes),
  };
}

type Wrong = 'malformed' | 'too-large';

/** Cuts lines and bodies; stops while there are pauses. */
class LineReader {
  private held = EMPTY;
  private state: 'head' | 'length' | 'body' = 'head';
  private left = 0;
  private running = false;
  pauses = 0;
  private readonly maxLineBytes: number;
  private readonly onLine: (words: readonly string[]) => boolean;
  private readonly onBody: (bytes: Bytes, end: boolean) => void;

  /** `onLine` says whether the line is one that a message may begin with. */
  constructor(maxLineBytes: number, onLine: (words: readonly string[]) => boolean, onBody: (bytes: Bytes, end: boolean) => void) {
    this.maxLineBytes = maxLineBytes;
    this.onLine = onLine;
    this.onBody = onBody;
  }

  get partial(): boolean {
    return this.held.length > 0 || this.state !== 'head';
  }

  read(chunk: Bytes): Wrong | undefined {
    this.held = Buffer.concat([this.held, chunk]);
    return this.run();
  }

  run(): Wrong | undefined {
    if (this.running) return undefined;
    this.running = true;
    let wrong: Wrong | undefined;
    while (wrong === undefined && this.pauses === 0 && this.held.length > 0) {
      if (this.state === 'body') this.body();
      else {
        const at = this.held.indexOf(10);
        if (at < 0 && this.held.length <= this.maxLineBytes) break;
        if (at < 0 || at > this.maxLineBytes) wrong = 'too-large';
        else if (!this.line(this.take(at + 1).toString('latin1', 0, at))) wrong = 'malformed';
      }
    }
    this.running = false;
    return wrong;
  }

  private body(): void {
    const bytes = this.take(Math.min(this.left, this.held.length));
    this.left -= bytes.length;
    if (this.left === 0) this.state = 'length';
    this.onBody(bytes, false);
  }

  private line(text: string): boolean {
    if (this.state === 'head') {
      if (text.endsWith(' +')) this.state = 'length';
      return this.onLine(text.split(' '));
    }
    if (!/^\d{1,8}$/.test(text)) return false;
    this.left = Number(text);
    this.state = this.left === 0 ? 'head' : 'body';
    if (this.left === 0) this.onBody(EMPTY, true);
    return true;
  }

  private take(count: number): Bytes {
    const taken = this.held.subarray(0, count);
    this.held = this.held.subarray(count);
    return taken;
  }
}

abstract class LineCodec implements Codec {
  protected stream: LineStream | undefined;
  protected leaving = false;
  protected dead = false;
  readonly host: ServerHost | ClientHost;
  readonly reader: LineReader;
  protected abstract readonly peer: 'downstream' | 'upstream';

  constructor(host: ServerHost | ClientHost, maxLineBytes: number) {
    this.host = host;
    this.reader = new LineReader(
      maxLineBytes,
      (words) => this.onLine(words),
      (bytes, end) => this.onBody(bytes, end),
    );
  }

  protected abstract onLine(words: readonly string[]): boolean;
  protected abstract onBody(bytes: Bytes, end: boolean): void;

  get activeStreams(): number {
    return this.stream === undefined ? 0 : 1;
  }

  get partial(): boolean {
    return this.reader.partial;
  }

  read(chunk: Bytes): void {
    if (!this.dead) this.judge(this.reader.read(chunk));
  }

  judge(wrong: Wrong | undefined): void {
    if (wrong !== undefined && !this.dead) this.host.fail(fault(wrong, this.peer, 'no', 'a line'));
  }

  readEnd(): void {
    if (this.stream === undefined && !this.partial) this.host.close();
    else this.host.fail(fault('truncated', this.peer, 'maybe', 'in a message'));
  }

  drained(): void {
    this.stream?.handler?.onDrain();
  }

  goAway(): void {
    this.leaving = true;
    if (this.stream === undefined) this.host.close();
  }

  abort(why: Fault): void {
    this.dead = true;
    const stream = this.stream;
    this.stream = undefined;
    if (stream !== undefined) stream.drop(why);
  }

  terminate(why: Fault): void {
    this.host.fail(why);
  }

  finished(): void {
    this.stream = undefined;
    if (this.leaving) this.host.close();
  }
}

abstract class LineStream implements Stream {
  handler: StreamHandler | undefined;
  over = false;
  received = false;
  protected sent = false;
  private pauses = 0;
  protected readonly codec: LineCodec;

  constructor(codec: LineCodec) {
    this.codec = codec;
  }

  get writable(): boolean {
    return this.codec.host.writable;
  }

  protected line(text: string, end: boolean): void {
    if (this.over || this.sent) return;
    this.codec.host.write(Buffer.from(`${text}${end ? '' : ' +'}\n`));
    if (end) this.sending();
  }

  sendData(bytes: Bytes, end: boolean): void {
    if (this.over || this.sent) return;
    if (bytes.length > 0) {
      this.codec.host.write(Buffer.from(`${bytes.length}\n`));
      this.codec.host.write(bytes);
    }
    if (!end) return;
    this.codec.host.write(Buffer.from('0\n'));
    this.sending();
  }

  private sending(): void {
    this.sent = true;
    this.check();
  }

  check(): void {
    if (this.over || !this.sent || !this.received) return;
    this.over = true;
    this.codec.reader.pauses -= this.pauses;
    this.codec.finished();
  }

  sendTrailers(): void {
    this.sendData(EMPTY, true);
  }

  reset(why: Fault): void {
    if (this.over) return;
    this.over = true;
    this.codec.host.fail(why);
  }

  drop(why: Fault): void {
    if (this.over) return;
    this.over = true;
    // Both directions have had their endings when the last callback is still running: nothing is left to end.
    if (!this.sent || !this.received) this.handler?.onReset(why);
  }

  pause(): void {
    if (this.over) return;
    this.pauses++;
    this.codec.reader.pauses++;
  }

  resume(): void {
    if (this.over || this.pauses === 0) return;
    this.pauses--;
    this.codec.reader.pauses--;
    this.codec.judge(this.codec.reader.run());
  }
}

class LineServerStream extends LineStream implements ServerStream {
  sendInformational(): void {}

  sendHead(head: ResponseHead, end: boolean): void {
    this.line(String(head.status), end);
  }

  reply(outcome: Outcome, message: string): void {
    this.line(String(STATUS_OF_OUTCOME[outcome]), false);
    this.sendData(Buffer.from(message), true);
  }
}

class LineServer extends LineCodec {
  protected readonly peer = 'downstream';

  constructor(host: ServerHost, maxLineBytes: number) {
    super(host, maxLineBytes);
    this.asked = host;
  }

  private readonly asked: ServerHost;

  protected onLine([method = '', path = '', body]: readonly string[]): boolean {
    if (!/^[A-Z]+$/.test(method) || !path.startsWith('/')) return false;
    const end = body !== '+';
    const stream = new LineServerStream(this);
    this.stream = stream;
    // One exchange at a time: the next line waits until this stream is over.
    this.reader.pauses += end ? 1 : 0;
    stream.received = end;
    stream.handler = this.asked.onRequest(stream, neutralRequest({ protocol: 'line', method, path, authority: '' }), end);
    stream.check();
    return true;
  }

  protected onBody(bytes: Bytes, end: boolean): void {
    const { stream } = this;
    if (stream === undefined) return;
    if (end) {
      this.reader.pauses++;
      stream.received = true;
    }
    stream.handler?.onData(bytes, end);
    stream.check();
  }

  override finished(): void {
    this.reader.pauses--;
    super.finished();
    if (!this.dead) this.judge(this.reader.run());
  }
}

class LineClientStream extends LineStream implements ClientStream {
  override handler: ResponseHandler;

  constructor(codec: LineCodec, handler: ResponseHandler) {
    super(codec);
    this.handler = handler;
  }

  sendHead(head: RequestHead, end: boolean): void {
    this.line(`${head.method} ${head.path}`, end);
  }
}

class LineClient extends LineCodec implements ClientCodec {
  protected readonly peer = 'upstream';
  private answering: ResponseHandler | undefined;
  private readonly told: ClientHost;

  constructor(host: ClientHost, maxLineBytes: number) {
    super(host, maxLineBytes);
    this.told = host;
  }

  get room(): number {
    return this.stream === undefined && !this.leaving && !this.dead ? 1 : 0;
  }

  open(handler: ResponseHandler): ClientStream {
    this.answering = handler;
    const stream = new LineClientStream(this, handler);
    this.stream = stream;
    return stream;
  }

  protected onLine([status = '', body]: readonly string[]): boolean {
    const { stream } = this;
    if (stream === undefined || !/^\d{3}$/.test(status)) return false;
    stream.received = body !== '+';
    this.answering?.onHead(new LocalResponse(Number(status)), stream.received);
    stream.check();
    return true;
  }

  protected onBody(bytes: Bytes, end: boolean): void {
    const { stream } = this;
    if (stream === undefined) return;
    if (end) stream.received = true;
    stream.handler?.onData(bytes, end);
    stream.check();
  }

  override finished(): void {
    super.finished();
    if (this.leaving) return;
    this.told.onRoom();
  }

  override goAway(): void {
    if (!this.leaving) this.told.onGoAway();
    super.goAway();
  }
}
