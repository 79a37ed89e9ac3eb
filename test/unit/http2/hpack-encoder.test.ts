import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HpackDecoder } from '../../../protocols/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../../protocols/http2/hpack/encoder.ts';
import type { Lines } from './frames.ts';

function encode(encoder: HpackEncoder, lines: Lines, neverIndexed = false): string {
  encoder.begin(0);
  for (const [name, value] of lines) encoder.field(name, value, neverIndexed);
  return encoder.writer.bytes.toString('hex', 0, encoder.writer.at);
}

const request: Lines = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'www.example.com'],
];

test('the three requests of RFC 7541 appendix C.4 are encoded as there', () => {
  const encoder = new HpackEncoder();
  assert.equal(encode(encoder, request), '828684418cf1e3c2e5f23a6ba0ab90f4ff');
  assert.equal(encode(encoder, [...request, ['cache-control', 'no-cache']]), '828684be5886a8eb10649cbf');
  const third: Lines = [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ];
  assert.equal(encode(encoder, third), '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf');
});

test('a value that comes back takes one byte', () => {
  const encoder = new HpackEncoder();
  encode(encoder, [['x-tenant', 'blue']]);
  assert.equal(encode(encoder, [['x-tenant', 'blue']]), 'be');
});

test('a name with ever new values is given up after eight of them, and the others keep their places', () => {
  const encoder = new HpackEncoder();
  encode(encoder, [['x-tenant', 'blue']]);
  const sizes = Array.from({ length: 20 }, (_, at) => encode(encoder, [['x-request-id', `request ${at}`]]).slice(0, 2));
  // 40 and 7f: literal with indexing; 0f: literal without. One that is not indexed takes the name from an entry of before.
  assert.deepEqual(
    sizes.map((first) => (Number.parseInt(first, 16) & 0xc0) === 0x40),
    sizes.map((_, at) => at < 8),
  );
  assert.equal(encode(encoder, [['x-tenant', 'blue']]), 'c6');
});

test('a name that was given up is taken back when its values come back', () => {
  const encoder = new HpackEncoder();
  for (let at = 0; at < 20; at++) encode(encoder, [['x-request-id', `request ${at}`]]);
  encode(encoder, [['x-request-id', 'same']]);
  encode(encoder, [['x-request-id', 'same']]);
  assert.equal(encode(encoder, [['x-request-id', 'same']]), 'be');
});

test('what one user must not learn of another is never put into the table', () => {
  const encoder = new HpackEncoder();
  for (const name of ['authorization', 'proxy-authorization', 'cookie', 'set-cookie']) {
    const first = encode(encoder, [[name, 'secret']]);
    assert.equal(Number.parseInt(first.slice(0, 2), 16) & 0xf0, 0x10, name);
    assert.equal(encode(encoder, [[name, 'secret']]), first, name);
  }
});

test('a line that came in as never indexed leaves as never indexed', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder({ maxHeadBytes: 1000, maxHeadFields: 10 });
  encode(encoder, [['x-token', 'known']]);
  const bytes = Buffer.from(encode(encoder, [['x-token', 'known']], true), 'hex');
  assert.equal(bytes[0]! & 0xf0, 0x10);
  decoder.decode(Buffer.from('40 01 61 01 62'.replaceAll(' ', ''), 'hex'), 0, 5);
  assert.equal(decoder.lines[0]?.neverIndexed, false);
  decoder.decode(Buffer.from('10 01 61 01 62'.replaceAll(' ', ''), 'hex'), 0, 5);
  assert.equal(decoder.lines[0]?.neverIndexed, true);
});

test('a smaller table of the peer is announced in the next block, and used', () => {
  const encoder = new HpackEncoder();
  encode(encoder, [['x-tenant', 'blue']]);
  encoder.limitTable(0);
  assert.equal(encode(encoder, [[':method', 'GET']]), '2082');
  assert.equal(Number.parseInt(encode(encoder, [['x-tenant', 'blue']]).slice(0, 2), 16) & 0xf0, 0x00);
});

test('of several sizes between two blocks the smallest and the last are announced', () => {
  const encoder = new HpackEncoder();
  encoder.limitTable(100);
  encoder.limitTable(10);
  encoder.limitTable(2000);
  assert.equal(encode(encoder, []), '2a3fb10f');
  assert.equal(encode(encoder, []), '');
});

test('a larger table of the peer is not used', () => {
  const encoder = new HpackEncoder();
  encoder.limitTable(65_536);
  assert.equal(encode(encoder, []), '');
});

test('a value that does not fit into the table does not empty it', () => {
  const encoder = new HpackEncoder();
  encode(encoder, [['x-tenant', 'blue']]);
  encode(encoder, [['x-large', 'l'.repeat(5000)]]);
  assert.equal(encode(encoder, [['x-tenant', 'blue']]), 'be');
});

test('text that a filter made leaves as UTF-8, and line ends leave as spaces', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder({ maxHeadBytes: 1000, maxHeadFields: 10 });
  const sent = (value: string): string | undefined => {
    const bytes = Buffer.from(encode(encoder, [['x-a', value]]), 'hex');
    assert.ok(decoder.decode(bytes, 0, bytes.length));
    return decoder.lines[0]?.value;
  };
  assert.equal(sent('caf\xe9'), 'caf\xe9');
  assert.equal(Buffer.from(sent('Ċ ☃')!, 'latin1').toString('utf8'), 'Ċ ☃');
  assert.equal(sent('a\r\nx-b: c'), 'a  x-b: c');
  assert.equal(sent('\0a '), 'a');
});

test('more names than are remembered are written out', () => {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder({ maxHeadBytes: 1_000_000, maxHeadFields: 10_000 });
  for (let round = 0; round < 3; round++) {
    const lines: Lines = Array.from({ length: 400 }, (_, at) => [`x-${at}`, 'v']);
    const bytes = Buffer.from(encode(encoder, lines), 'hex');
    assert.ok(decoder.decode(bytes, 0, bytes.length));
    assert.deepEqual(
      decoder.lines.slice(0, decoder.count).map(({ name, value }) => [name, value]),
      lines,
    );
  }
});
