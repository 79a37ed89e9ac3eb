import { type Bytes, EMPTY } from '../../../src/base/bytes.ts';
import { type Fault, fault } from '../../../src/base/fault.ts';
import type { ClientCodec, ClientHost, Codec, ServerHost } from '../../../src/protocol/codec.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { Outcome, RequestHead, ResponseHead } from '../../../src/protocol/head.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { STATUS_OF_OUTCOME } from '../../../src/protocol/outcome.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { ClientStream, ResponseHandler, ServerStream, Stream, StreamHandler } from '../../../src/protocol/stream.ts';
import { neutralRequest } from '../../../src/testing/action.ts';

/**
 * The smallest protocol that streams: `METHOD PATH LENGTH\n` and a body, answered by `STATUS LENGTH\n` and a body. A length of `-` means
 * that the body ends at a line feed. Exists to test the testing kit, and breaks a law on demand to show that the contract notices.
 */
export function lineProtocol(maxLineBytes = 64): Protocol {
  return {
    name: 'line',
    options: [{ name: 'max_line_bytes', type: 'integer', default: 64, description: 'longest line' }],
    configure: (settings) => lineProtocol(Number(settings['max_line_bytes'] ?? maxLineBytes)),
    sniff: (prefix) => (prefix.length < 4 ? 'more' : /^[A-Z]+ ?/.test(prefix.toString('latin1')) ? 'yes' : 'no'),
    server: (host) => new LineServer(host, maxLineBytes),
    client: (host) => new LineClient(host, maxLineBytes),
  };
}

/** Cuts lines and bodies; stops while `stopped` says so. */
class LineReader {
  private held = EMPTY;
  private left = -1;
  private running = false;
  pauses = 0;
  private readonly maxLineBytes: number;
  private readonly onLine: (words: readonly string[]) => number | undefined;
  private readonly onBody: (bytes: Bytes, end: boolean) => void;

  constructor(
    maxLineBytes: number,
    onLine: (words: readonly string[]) => number | undefined,
    onBody: (bytes: Bytes, end: boolean) => void,
  ) {
    this.maxLineBytes = maxLineBytes;
    this.onLine = onLine;
    this.onBody = onBody;
  }

  get partial(): boolean {
    return this.held.length > 0;
  }

  read(chunk: Bytes): 'malformed' | 'too-large' | undefined {
    this.held = Buffer.concat([this.held, chunk]);
    return this.run();
  }

  run(): 'malformed' | 'too-large' | undefined {
    if (this.running) return undefined;
    this.running = true;
    try {
      while (this.pauses === 0 && this.held.length > 0) {
        if (this.left > 0) {
          const bytes = this.take(Math.min(this.left, this.held.length));
          this.left -= bytes.length;
          this.onBody(bytes, this.left === 0);
          continue;
        }
        const at = this.held.indexOf(10);
        if (at < 0 && this.held.length <= this.maxLineBytes) return undefined;
        if (at < 0 || at > this.maxLineBytes) return 'too-large';
        const left = this.onLine(
          this.take(at + 1)
            .toString('latin1', 0, at)
            .split(' '),
        );
        if (left === undefined) return 'malformed';
        this.left = left;
      }
      return undefined;
    } finally {
      this.running = false;
    }
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

  protected abstract onLine(words: readonly string[]): number | undefined;
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

  judge(wrong: 'malformed' | 'too-large' | undefined): void {
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
    this.codec.host.write(Buffer.from(`${text}\n`));
    if (end) this.sending();
  }

  sendData(bytes: Bytes, end: boolean): void {
    if (this.over || this.sent) return;
    if (bytes.length > 0) this.codec.host.write(bytes);
    if (end) this.sending();
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
    this.handler?.onReset(why);
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
    this.line(`${head.status} ${end ? 0 : (head.fields.get('length') ?? '0')}`, end);
  }

  reply(outcome: Outcome, message: string): void {
    this.line(`${STATUS_OF_OUTCOME[outcome]} ${message.length}`, false);
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

  protected onLine([method = '', path = '', length = '']: readonly string[]): number | undefined {
    if (!/^[A-Z]+$/.test(method) || !/^\d+$/.test(length)) return undefined;
    const bytes = Number(length);
    const stream = new LineServerStream(this);
    this.stream = stream;
    // One exchange at a time: the next line waits until this stream is over.
    this.reader.pauses += bytes === 0 ? 1 : 0;
    stream.received = bytes === 0;
    const head: RequestHead = neutralRequest({
      protocol: 'line',
      method,
      path,
      authority: '',
      fields: new FieldList([['length', length]]),
    });
    stream.handler = this.asked.onRequest(stream, head, bytes === 0);
    stream.check();
    return bytes;
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
    this.line(`${head.method} ${head.path} ${end ? 0 : (head.fields.get('length') ?? '0')}`, end);
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

  protected onLine([status = '', length = '']: readonly string[]): number | undefined {
    const { stream } = this;
    if (stream === undefined || !/^\d{3}$/.test(status) || !/^\d+$/.test(length)) return undefined;
    const bytes = Number(length);
    stream.received = bytes === 0;
    this.answering?.onHead(new LocalResponse(Number(status), new FieldList([['length', length]])), bytes === 0);
    stream.check();
    return bytes;
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
