import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bytes, fault, type RequestHead } from 'meshloom/protocol';
import { byteByByte, neutralRequest, randomSplit, ScriptClient, ScriptServer, type Split, seededRandom, whole } from 'meshloom/testing';
import http2 from '../../protocols/http2/index.ts';
import { block, frame, GET, type Lines, opening, POST, PREFACE, settings } from '../unit/http2/frames.ts';
import { fuzz } from './budget.ts';
import { mutated } from './mutation.ts';

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

const NAMES = ['a', 'cookie', 'host', 'content-length', 'te', 'x y', 'transfer-encoding', 'X', ':path', ':status', ':protocol', 'a:b', ''];
const VALUES = ['', 'b', '5', 'a.test', 'trailers', ' b', 'b\r\nc: d', '\0', '/', '200', 'chunked', 'websocket', '\xe9'];

function lines(random: Random, base: Lines): Lines {
  const some = [...base];
  for (let left = Math.floor(random() * 3); left > 0; left--) {
    const line = [pick(random, NAMES), pick(random, VALUES)] as const;
    some.splice(Math.floor(random() * (some.length + 1)), random() < 0.3 ? 1 : 0, line);
  }
  return some;
}

/** A payload that may be one of its type, more often than not. */
function payload(type: number, random: Random, base: Lines): Bytes {
  const bytes = (length: number): Bytes => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  switch (type) {
    case 0:
      return bytes(Math.floor(random() * 40));
    case 1:
    case 9: {
      const whole = block(lines(random, base));
      return random() < 0.8 ? whole : mutated(whole, random);
    }
    case 3:
      return Buffer.from([0, 0, 0, Math.floor(random() * 14)]);
    case 4:
      return settings([
        pick(random, [1, 2, 3, 4, 5, 8, 99]),
        pick(random, [0, 1, 3, 100, 16_384, 65_535, 0x7fff_ffff, 0x8000_0000]),
      ]).subarray(9);
    case 8:
      return Buffer.from([pick(random, [0, 0, 0, 127, 255]), 0, pick(random, [0, 4]), pick(random, [0, 1])]);
    default:
      return bytes(pick(random, [0, 4, 5, 8, 8, 8, 12]));
  }
}

function frames(random: Random, base: Lines): Bytes {
  const made: Bytes[] = [];
  let newest = 1;
  for (let left = 5 + Math.floor(random() * 40); left > 0; left--) {
    const type = pick(random, [0, 0, 0, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 0xbe]);
    const flags = random() < 0.9 ? pick(random, [0, 1, 4, 5, 5]) : Math.floor(random() * 256);
    if (type === 1 && random() < 0.5) newest += 2;
    const id = random() < 0.9 ? pick(random, type < 2 ? [newest] : [newest, newest, 0, 0]) : Math.floor(random() * 20);
    made.push(frame(type, type === 4 || type === 6 ? flags & 1 : flags, id, payload(type, random, base)));
  }
  return Buffer.concat(made);
}

/** What went over to the rest of the proxy, and to the peer. */
function outcome(host: ScriptServer | ScriptClient, bytes: Bytes, split: Split): string {
  for (const chunk of split(bytes)) host.receive(chunk);
  host.die(fault('truncated', 'local', 'maybe', 'by the fuzzer'));
  assert.equal(host.codec.activeStreams, 0);
  const calls = host.journal
    .take()
    .map(({ stream, words, bytes: parts }) => `${stream} ${words} ${parts === undefined ? '' : Buffer.concat(parts).toString('hex')}`);
  const handlers = 'served' in host ? host.served : host.opened;
  for (const { handler } of handlers) assert.deepEqual(handler.violations, []);
  return calls.join('\n');
}

function assertFit(head: RequestHead): void {
  assert.match(head.method, /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
  assert.match(head.path, head.upgrade === 'connect' ? /^$/ : /^(\/[!-~]*|\*)$/);
  assert.match(head.authority, /^[!-.0-?A-~]+$/);
  const lengths = new Set<string>();
  for (const [name, value] of head.fields) {
    assert.match(name, /^[!#$%&'*+\-.^_`|~0-9a-z]+$/);
    assert.match(value, /^$|^[!-~\x80-\xff]([\t -~\x80-\xff]*[!-~\x80-\xff])?$/);
    assert.ok(!['connection', 'transfer-encoding', 'upgrade', 'keep-alive', 'proxy-connection', 'host'].includes(name), name);
    if (name === 'content-length') {
      assert.match(value, /^\d+$/);
      assert.ok(lengths.size === 0, 'two lengths');
      lengths.add(value);
    }
  }
}

test('whatever frames a client sends, cut however, a server makes the same calls, and lets nothing through that HTTP/1 could misread', () => {
  fuzz((seed) => {
    const random = seededRandom(seed);
    const bytes = Buffer.concat([
      random() < 0.95 ? opening([4, pick(random, [0, 10, 65_535])]) : PREFACE,
      frames(random, random() < 0.5 ? GET : POST),
    ]);
    const run = (split: Split): string => {
      const server = new ScriptServer(http2);
      server.react = ({ stream, head }) => {
        assertFit(head);
        if (head.method === 'GET') stream.reply('not-found', 'no');
      };
      return outcome(server, bytes, split);
    };
    const calls = run(whole);
    assert.equal(run(randomSplit(seed)), calls);
    if (seed % 8 === 0) assert.equal(run(byteByByte), calls);
  });
});

test('whatever frames a server sends, cut however, a client makes the same calls', () => {
  fuzz((seed) => {
    const random = seededRandom(seed);
    const bytes = Buffer.concat([
      random() < 0.95 ? settings([3, pick(random, [0, 1, 100])]) : Buffer.alloc(0),
      frames(random, [[':status', pick(random, ['200', '103', '204', '304', '500'])]]),
    ]);
    const run = (split: Split): string => {
      const client = new ScriptClient(http2);
      for (const method of ['GET', 'POST', 'HEAD', 'GET', 'GET'])
        client.open().stream.sendHead(neutralRequest({ method }), method !== 'POST');
      client.opened[3]!.stream.pause();
      return outcome(client, bytes, split);
    };
    const calls = run(whole);
    assert.equal(run(randomSplit(seed)), calls);
    if (seed % 8 === 0) assert.equal(run(byteByByte), calls);
  });
});
