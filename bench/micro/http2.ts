import type {
  Bytes,
  ClientCodec,
  ClientHost,
  ClientStream,
  Codec,
  Fault,
  Protocol,
  RequestHead,
  ResponseHandler,
  ResponseHead,
  ServerHost,
  ServerStream,
  StreamHandler,
} from 'meshloom/protocol';
import { FieldList, LocalResponse } from 'meshloom/protocol';
import { windowUpdate } from '../../protocols/http2/frames/window-update.ts';
import { HpackDecoder } from '../../protocols/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../protocols/http2/hpack/encoder.ts';
import http2 from '../../protocols/http2/index.ts';
import type { AddCases } from './main.ts';

/** In flight on each connection, and in each chunk that is read: what `h2load -m32` makes. */
const BATCH = 32;
const BODY_BYTES = 20;

const REQUEST: readonly (readonly [string, string])[] = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':authority', 'service.mesh.test:8080'],
  [':path', '/api/v1/items?page=2'],
  ['user-agent', 'h2load nghttp2/1.52.0'],
  ['accept', 'application/json'],
  ['accept-encoding', 'gzip, deflate'],
  ['x-request-id', '0f3c4a52-8f1e-4b7a-9d35-5b9d3a8f0c11'],
  ['x-forwarded-for', '10.1.2.3'],
  ['content-type', 'application/json'],
];

abstract class BenchTransport {
  readonly secure = false;
  readonly writable = true;
  written: Bytes[] = [];
  write(bytes: Bytes): void {
    this.written.push(bytes);
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  close(): void {}
  fail(why: Fault): void {
    throw new Error(why.detail);
  }
  take(): Bytes {
    const bytes = Buffer.concat(this.written);
    this.written = [];
    return bytes;
  }
}

class BenchServer extends BenchTransport implements ServerHost {
  readonly codec: Codec;
  readonly onRequest: (stream: ServerStream, head: RequestHead, end: boolean) => StreamHandler;
  constructor(protocol: Protocol, onRequest: BenchServer['onRequest']) {
    super();
    this.onRequest = onRequest;
    this.codec = protocol.server(this);
  }
}

class BenchClient extends BenchTransport implements ClientHost {
  readonly codec: ClientCodec;
  constructor(protocol: Protocol) {
    super();
    this.codec = protocol.client(this);
  }
  onRoom(): void {}
  onGoAway(): void {}
}

/** What a proxy does with a request, and nothing more: two streams wired crosswise. */
class Crossing implements ResponseHandler {
  private readonly down: ServerStream;
  readonly up: ClientStream;
  constructor(down: ServerStream, codec: ClientCodec, head: RequestHead, end: boolean) {
    this.down = down;
    this.up = codec.open(this);
    this.up.sendHead(head, end);
  }
  onInformational(): void {}
  onHead(head: ResponseHead, end: boolean): void {
    this.down.sendHead(head, end);
  }
  onData(bytes: Bytes, end: boolean): void {
    this.down.sendData(bytes, end);
  }
  onTrailers(): void {}
  onReset(): void {}
  onDrain(): void {}
}

const deaf: ResponseHandler = { onInformational() {}, onHead() {}, onData() {}, onTrailers() {}, onReset() {}, onDrain() {} };

/** Client, proxy and server in memory, the tables of all connections filled; the bytes of client and server are kept and played again. */
function proxied(moreFields: readonly (readonly [string, string])[]): () => void {
  const upstream = new BenchClient(http2);
  const downstream = new BenchServer(http2, (stream, head, end) => {
    new Crossing(stream, upstream.codec, head, end);
    return deaf;
  });
  const client = new BenchClient(http2);
  const server = new BenchServer(http2, (stream) => {
    stream.sendHead(
      new LocalResponse(
        200,
        new FieldList([
          ['content-type', 'text/plain'],
          ['content-length', '20'],
          ['server', 'bench'],
        ]),
      ),
      false,
    );
    stream.sendData(Buffer.alloc(BODY_BYTES, 'a'), true);
    return deaf;
  });
  let toProxy: Bytes = Buffer.alloc(0);
  let fromServer: Bytes = toProxy;
  let last = 0;
  for (let round = 0; round < 4; round++) {
    for (let at = 0; at < BATCH; at++) {
      const fields = new FieldList([['user-agent', 'h2load nghttp2/1.52.0'], ...moreFields]);
      const stream = client.codec.open(deaf);
      stream.sendHead(
        {
          protocol: 'bench',
          scheme: 'http',
          authority: 'localhost:8080',
          path: '/',
          method: 'GET',
          fields,
          oneWay: false,
          idempotent: true,
          timeoutMs: undefined,
          upgrade: '',
        },
        true,
      );
      last += 2;
    }
    toProxy = client.take();
    downstream.codec.read(toProxy);
    server.codec.read(upstream.take());
    fromServer = server.take();
    upstream.codec.read(fromServer);
    client.codec.read(downstream.take());
  }
  const requests = framesWithIds(toProxy);
  const responses = framesWithIds(fromServer);
  let batches = 0;
  return () => {
    // The client gives back the window of its connection, as clients do: one frame for many responses.
    if (++batches % 1000 === 0) downstream.codec.read(windowUpdate(0, 1000 * BATCH * BODY_BYTES));
    downstream.codec.read(renumbered(toProxy, requests, last));
    upstream.codec.read(renumbered(fromServer, responses, last));
    last += 2 * BATCH;
    upstream.written = [];
    downstream.written = [];
  };
}

/** Where the frames of streams are. */
function framesWithIds(bytes: Bytes): number[] {
  const places: number[] = [];
  for (let at = 0; at < bytes.length; at += 9 + bytes.readUIntBE(at, 3)) if (bytes.readUInt32BE(at + 5) > 0) places.push(at + 5);
  return places;
}

/** The same frames, for the streams after `last`; a chunk of its own, as a socket delivers it. */
function renumbered(bytes: Bytes, places: readonly number[], last: number): Bytes {
  const chunk = Buffer.from(bytes);
  const first = bytes.readUInt32BE(places[0]!);
  for (const at of places) chunk.writeUInt32BE(bytes.readUInt32BE(at) - first + last + 1, at);
  return chunk;
}

const LIMITS = { maxHeadBytes: 65_536, maxHeadFields: 256 };

function encoded(encoder: HpackEncoder, lines: readonly (readonly [string, string])[]): Bytes {
  encoder.begin(0);
  for (const [name, value] of lines) encoder.field(name, value, false);
  return Buffer.from(encoder.writer.bytes.subarray(0, encoder.writer.at));
}

/** As strings are that a codec made of bytes. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

const addCases: AddCases = (suite) => {
  suite.add(`${BATCH} small requests proxied, HTTP/2 to HTTP/2`, proxied([]));
  suite.add(
    `${BATCH} small requests with eight more fields`,
    proxied(
      REQUEST.slice(5)
        .flatMap(
          ([name, value]) =>
            [
              [name, value],
              [`x-${name}`, value],
            ] as const,
        )
        .slice(0, 8),
    ),
  );

  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder(LIMITS);
  decoder.decode(encoded(encoder, REQUEST), 0, encoded(new HpackEncoder(), REQUEST).length);
  const known = encoded(encoder, REQUEST);
  suite.add('HPACK: decode ten fields that are in the tables', () => {
    decoder.decode(known, 0, known.length);
  });
  const first = encoded(new HpackEncoder(), REQUEST);
  const fresh = new HpackDecoder(LIMITS);
  suite.add('HPACK: decode ten fields, seven of them new, in Huffman code', () => {
    fresh.decode(first, 0, first.length);
  });
  suite.add('HPACK: encode ten fields that are in the tables', () => {
    encoder.begin(0);
    for (const [name, value] of REQUEST) encoder.field(name, value, false);
  });
  let id = 0;
  const ids = Array.from({ length: 1000 }, (_, at) => flat(`0f3c4a52-8f1e-4b7a-9d35-5b9d3a8f${at.toString(16).padStart(4, '0')}`));
  suite.add('HPACK: encode ten fields, one of them ever new', () => {
    encoder.begin(0);
    for (const [name, value] of REQUEST) encoder.field(name, name === 'x-request-id' ? ids[++id % 1000]! : value, false);
  });
};
export default addCases;
