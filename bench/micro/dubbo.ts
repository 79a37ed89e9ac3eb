import type benchmark from 'benchmark';
import { hessian2 } from '../../protocols/dubbo/hessian2.ts';
import dubbo from '../../protocols/dubbo/index.ts';
import { makeFrame } from '../../protocols/dubbo/prefix.ts';
import { DubboRequest } from '../../protocols/dubbo/request.ts';
import type { Bytes } from '../../src/base/bytes.ts';
import type { ClientCodec, ClientHost, Codec, ServerHost } from '../../src/protocol/codec.ts';
import type { RequestHead, ResponseHead } from '../../src/protocol/head.ts';
import type { ClientStream, ResponseHandler, ServerStream, StreamHandler } from '../../src/protocol/stream.ts';

/** Calls in one chunk from the socket. */
const CALLS = 64;

const unused = (): void => {};

/** A call as a Java consumer sends it: one argument of 20 characters, five attachments. */
function call(id: number): Bytes {
  const texts = ['2.0.2', 'com.example.OrderService', '1.0.0', 'placeOrder', 'Ljava/lang/String;', 'x'.repeat(20)];
  const attachments = Object.entries({
    path: 'com.example.OrderService',
    interface: 'com.example.OrderService',
    version: '1.0.0',
    group: 'blue',
    timeout: '10000',
  });
  const entries = attachments.flatMap(([name, value]) => [hessian2.text(name), hessian2.text(value)]);
  const body = Buffer.concat([...texts.map((text) => hessian2.textItem(text)), hessian2.mapItem(Buffer.alloc(0), entries)]);
  const frame = makeFrame(0xc2, 0, body);
  frame.writeUInt32BE(id, 8);
  return frame;
}

const answerBody = Buffer.concat([hessian2.flagItem(1), hessian2.textItem('x'.repeat(20))]);

/** The smallest proxy: two codecs, and streams wired crosswise. What it writes upstream is answered by frames with the same ids. */
class Relay {
  answered = 0;
  private readonly downstream: Codec;
  private readonly upstream: ClientCodec;
  private readonly look: (head: RequestHead) => void;
  private sent: Bytes[] = [];

  constructor(look: (head: RequestHead) => void) {
    this.look = look;
    const transport = { secure: false, writable: true, pause: unused, resume: unused, end: unused, close: unused, fail: unused };
    const clientHost: ClientHost = { ...transport, write: (bytes) => this.sent.push(bytes), onRoom: unused, onGoAway: unused };
    this.upstream = dubbo.client(clientHost);
    const serverHost: ServerHost = {
      ...transport,
      write: () => this.answered++,
      onRequest: (stream, head) => this.onRequest(stream, head),
    };
    this.downstream = dubbo.server(serverHost);
  }

  /** One chunk of calls in, one chunk of answers back. */
  turn(calls: Bytes): void {
    this.sent = [];
    this.downstream.read(calls);
    this.upstream.read(Buffer.concat(this.sent.map(answerTo)));
  }

  private onRequest(stream: ServerStream, head: RequestHead): StreamHandler {
    this.look(head);
    const exchange = new Exchange(stream);
    exchange.upstream = this.upstream.open(exchange.response);
    exchange.upstream.sendHead(head, false);
    return exchange;
  }
}

class Exchange implements StreamHandler {
  upstream: ClientStream | undefined;
  readonly response: ResponseHandler;

  constructor(downstream: ServerStream) {
    this.response = new Response(downstream);
  }

  onData(bytes: Bytes, end: boolean): void {
    this.upstream?.sendData(bytes, end);
  }

  onTrailers(): void {}
  onReset(): void {}
  onDrain(): void {}
}

class Response implements ResponseHandler {
  private readonly downstream: ServerStream;

  constructor(downstream: ServerStream) {
    this.downstream = downstream;
  }

  onInformational(): void {}

  onHead(head: ResponseHead, end: boolean): void {
    this.downstream.sendHead(head, end);
  }

  onData(bytes: Bytes, end: boolean): void {
    this.downstream.sendData(bytes, end);
  }

  onTrailers(): void {}
  onReset(): void {}
  onDrain(): void {}
}

function answerTo(request: Bytes): Bytes {
  const frame = makeFrame(0x02, 20, answerBody);
  request.copy(frame, 4, 4, 12);
  return frame;
}

/** What forwarding costs without sockets, with the names and with the attachments looked at; divide the first five by 64 calls. */
export default function addCases(suite: benchmark.Suite): void {
  const chunk = Buffer.concat(Array.from({ length: CALLS }, (_, id) => call(id)));
  const looks: readonly [name: string, look: (head: RequestHead) => void][] = [
    ['nothing of the head', unused],
    ['service and method', (head) => check(head.path === 'com.example.OrderService' && head.method === 'placeOrder')],
    ['whether it calls back', (head) => check(head.callsBack === false)],
    ['whether it has a time limit', (head) => check(head.timeoutMs === undefined)],
    ['group', (head) => check(head.authority === 'blue')],
  ];
  for (const [name, look] of looks) {
    const relay = new Relay(look);
    suite.add(`relay of ${CALLS} calls and answers, ${name}`, () => {
      relay.answered = 0;
      relay.turn(Buffer.from(chunk));
      check(relay.answered === CALLS);
    });
  }
  const frame = call(1);
  suite.add('service and method of one call', () => {
    const head = new DubboRequest(frame);
    check(head.path.length + head.method.length === 34);
  });
  suite.add('group of one call', () => check(new DubboRequest(frame).authority === 'blue'));
}

function check(right: boolean): void {
  if (!right) throw new Error('the relay went wrong');
}
