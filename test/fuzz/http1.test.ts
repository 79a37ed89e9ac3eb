import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type ClientStream, LocalResponse } from 'meshloom/protocol';
import {
  byteByByte,
  type Call,
  callText,
  loadVectors,
  neutralRequest,
  randomSplit,
  ScriptClient,
  ScriptServer,
  type Served,
  type Split,
  seededRandom,
  whole,
} from 'meshloom/testing';
import http1 from '../../protocols/http1/index.ts';
import { fuzz } from './budget.ts';

const vectors = loadVectors(fileURLToPath(new URL('../../../protocols/http1/vectors', import.meta.url)));

/** All that a codec of this role reads in the vectors, a case each. */
const inputs = (role: 'server' | 'client'): Buffer[] =>
  vectors
    .filter((vector) => vector.role === role)
    .map(({ steps }) => Buffer.concat(steps.flatMap((step) => (step.kind === 'read' ? [step.bytes] : []))));

const requests = inputs('server');
const responses = inputs('client');

/** Small limits, so that what lies behind each of them is met often. */
const small = http1.configure!({
  max_head_bytes: 256,
  max_request_line_bytes: 100,
  max_header_count: 10,
  max_body_bytes: 100,
  max_chunk_extension_bytes: 10,
  max_trailer_bytes: 30,
  max_pipelined_bytes: 50,
  max_discarded_bytes: 20,
});

/** Pieces that change the meaning of a message wherever they are put. */
const TOKENS = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
  'ffffffff',
  'Content-Length: 5\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'Connection: upgrade\r\nUpgrade: x\r\n',
  'Host: b\r\n',
  'Expect: 100-continue\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.0',
];

/** One to four changes: a byte, a piece put in or taken out, or the end of another case. */
function mutated(cases: readonly Buffer[], random: () => number): Buffer {
  const below = (limit: number): number => Math.floor(random() * limit);
  let bytes = cases[below(cases.length)]!;
  for (let left = below(5); left > 0; left--) {
    const at = below(bytes.length + 1);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const change = random();
    if (change < 0.3) bytes = Buffer.concat([before, Buffer.from([below(256)]), after.subarray(1)]);
    else if (change < 0.6) bytes = Buffer.concat([before, Buffer.from(TOKENS[below(TOKENS.length)]!, 'latin1'), after]);
    else if (change < 0.8) bytes = Buffer.concat([before, after.subarray(1 + below(8))]);
    else {
      const other = cases[below(cases.length)]!;
      bytes = Buffer.concat([before, other.subarray(below(other.length + 1))]);
    }
  }
  return bytes;
}

/** What the owner was told, and apart from it what was sent: when that leaves may depend on what arrived together. */
function journal(host: ScriptServer | ScriptClient): string {
  const calls = host.journal.take();
  const told: Call[] = [];
  for (const call of calls.filter(({ words }) => words !== 'write')) {
    const last = told.at(-1);
    if (call.bytes !== undefined && last?.bytes !== undefined && last.stream === call.stream) {
      told[told.length - 1] = { ...last, bytes: [...last.bytes, ...call.bytes] };
    } else told.push(call);
  }
  const sent = calls.filter(({ words }) => words === 'write').flatMap(({ bytes }) => bytes!);
  return `${told.map((call) => callText(call, true)).join('\n')}\nsent ${Buffer.concat(sent).toString('latin1')}`;
}

type Answering = (served: Served) => void;

/** At once, at the end, by a reply, by a tunnel, and not at all. */
const answers: readonly Answering[] = [
  ({ stream }) => stream.sendHead(new LocalResponse(200), true),
  (served) => atEnd(served, () => served.stream.sendHead(new LocalResponse(204), true)),
  ({ stream }) => stream.reply('denied', 'no'),
  ({ stream }) => {
    stream.sendHead(new LocalResponse(101), false);
    stream.sendData(Buffer.from('x'), true);
  },
  () => {},
];

function atEnd({ handler, end }: Served, then: () => void): void {
  if (end) then();
  else
    handler.react = (_call, ended) => {
      if (ended && handler.fault === undefined) then();
    };
}

function serve(protocol: typeof http1, bytes: Buffer, answer: Answering, split: Split, fin: boolean): ScriptServer {
  const server = new ScriptServer(protocol);
  server.react = answer;
  for (const chunk of split(bytes)) server.receive(chunk);
  if (fin) server.receiveEnd();
  return server;
}

function ask(protocol: typeof http1, bytes: Buffer, method: string, split: Split, fin: boolean): ScriptClient {
  const client = new ScriptClient(protocol);
  client.open().stream.sendHead(neutralRequest({ method, upgrade: method === 'CONNECT' ? 'connect' : '' }), method !== 'CONNECT');
  for (const chunk of split(bytes)) client.receive(chunk);
  if (fin) client.receiveEnd();
  return client;
}

function check(host: ScriptServer | ScriptClient): void {
  const streams: readonly { handler: { violations: readonly string[] } }[] = 'served' in host ? host.served : host.opened;
  assert.deepEqual(
    streams.flatMap(({ handler }) => handler.violations),
    [],
  );
}

function sameHoweverCut(play: (split: Split) => ScriptServer | ScriptClient, seed: number): void {
  const played = (split: Split): string => {
    const host = play(split);
    check(host);
    return journal(host);
  };
  const expected = played(whole);
  assert.equal(played(byteByByte), expected, 'byte by byte');
  assert.equal(played(randomSplit(seed)), expected, 'at random');
}

test('a server makes the same of a request however it is cut', () => {
  fuzz((seed) => {
    const random = seededRandom(seed);
    const bytes = mutated(requests, random);
    const protocol = random() < 0.5 ? http1 : small;
    const answer = answers[Math.floor(random() * answers.length)]!;
    const fin = random() < 0.5;
    sameHoweverCut((split) => serve(protocol, bytes, answer, split, fin), seed);
  });
});

test('a client makes the same of a response however it is cut', () => {
  fuzz((seed) => {
    const random = seededRandom(seed);
    const bytes = mutated(responses, random);
    const protocol = random() < 0.5 ? http1 : small;
    const method = ['GET', 'HEAD', 'CONNECT'][Math.floor(random() * 3)]!;
    const fin = random() < 0.5;
    sameHoweverCut((split) => ask(protocol, bytes, method, split, fin), seed);
  });
});

test('a request that was taken is one request, and the same one, for who is behind us', () => {
  fuzz((seed) => {
    const served = serve(http1, mutated(requests, seededRandom(seed)), () => {}, whole, false).served[0];
    if (served?.handler.ended !== true) return;
    const { head, end, handler } = served;
    const told = [head.method, head.path, head.authority, ...head.fields].join('\n');
    const client = new ScriptClient(http1);
    passOn({ head, end, handler }, client.open().stream);
    const behind = serve(http1, client.flush(), ({ stream }) => stream.sendHead(new LocalResponse(204), true), whole, false);
    assert.equal(behind.served.length, 1);
    assert.equal(behind.codec.partial, false, 'something is left over');
    const [seen] = behind.served;
    assert.ok(seen?.handler.ended);
    // Not compared is what the codec adds of its own: an empty Host for who has none, and the length of a body that is not there.
    const fields = [...seen.head.fields].filter(([name]) => head.fields.has(name));
    assert.equal([seen.head.method, seen.head.path, seen.head.authority, ...fields].join('\n'), told);
    assert.deepEqual(seen.handler.body, handler.body);
  });
});

test('noise is refused with an answer, or waited for', () => {
  fuzz((seed) => {
    const random = seededRandom(seed);
    const noise = Buffer.from(
      Array.from({ length: 300 }, () => (random() < 0.5 ? Math.floor(random() * 256) : 0x20 + Math.floor(random() * 95))),
    );
    const server = serve(http1, noise, () => {}, randomSplit(seed), false);
    if (server.alive) assert.ok(server.codec.partial);
    else assert.match(server.flush().toString('latin1'), /^HTTP\/1\.1 [45]\d\d /);
    assert.equal(ask(http1, noise, 'GET', randomSplit(seed), false).state, 'failed');
  });
});

function passOn({ head, end, handler }: Pick<Served, 'head' | 'end' | 'handler'>, stream: ClientStream): void {
  stream.sendHead(head, end);
  if (end) return;
  stream.sendData(handler.body, handler.trailers === undefined);
  if (handler.trailers !== undefined) stream.sendTrailers(handler.trailers);
}
