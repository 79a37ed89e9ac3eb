import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { preferredCoding } from '../../../src/filter/builtin/compression/accept-encoding.ts';
import gzip from '../../../src/filter/builtin/compression/gzip.ts';
import compression from '../../../src/filter/builtin/compression/index.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { Scene } from '../proxy/scripted.ts';
import { filterStage, problemsOf, type StageRequest } from './filter-stage.ts';

type Fields = Readonly<Record<string, string>>;

/** The bodies that somebody was sent, piece by piece. */
function bodiesOf({ journal }: Scene, who: 'a' | 'client'): readonly Buffer[] {
  const lines = journal.flatMap((line) => new RegExp(`^${who} data (".*")(?: end)?$`).exec(line)?.[1] ?? []);
  return lines.map((line) => Buffer.from(String(JSON.parse(line)), 'latin1'));
}

/** An answer as it reaches the client: its head, and its body piece by piece. */
function answered(scene: Scene, written: Fields, pieces: readonly (string | Buffer)[], status = 200) {
  const fields = new FieldList(Object.entries(written));
  const stream = scene.upstream();
  stream.answer(status, pieces.length === 0, false, fields);
  for (const [at, piece] of pieces.entries()) stream.handler.onData(Buffer.from(piece), at === pieces.length - 1);
  const bodies = bodiesOf(scene, 'client');
  return { fields, bodies, bytes: Buffer.concat(bodies) };
}

const TEXT = 'all work and no play '.repeat(200);
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const GZIP = { 'accept-encoding': 'gzip' };

const ask = (settings: object = {}, accept: Fields = GZIP, more: StageRequest = {}) =>
  filterStage(compression, settings).request({ fields: accept, ...more });

test('an answer is compressed in the coding that the client likes best, and its head says so', () => {
  const gzipped = answered(ask(), { ...HTML, 'content-length': String(TEXT.length), etag: '"a"', 'accept-ranges': 'bytes' }, [TEXT]);
  assert.equal(gunzipSync(gzipped.bytes).toString(), TEXT);
  assert.ok(gzipped.bytes.length < TEXT.length / 10);
  assert.deepEqual(
    [...gzipped.fields],
    [
      ['content-type', 'text/html; charset=utf-8'],
      ['etag', 'W/"a"'],
      ['vary', 'accept-encoding'],
      ['content-encoding', 'gzip'],
    ],
  );
  const brotli = answered(ask({}, { 'accept-encoding': 'gzip, br' }), HTML, [TEXT.slice(0, 1000), TEXT.slice(1000)]);
  assert.equal(brotliDecompressSync(brotli.bytes).toString(), TEXT);
  assert.equal(brotli.fields.get('content-encoding'), 'br');
});

test('what is cut into pieces in any way comes out the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 3000 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('gzip', 'br'),
      (pieces, coding) => {
        const { bytes } = answered(
          ask({}, { 'accept-encoding': coding }),
          HTML,
          pieces.map((each) => Buffer.from(each)),
        );
        const undone = coding === 'gzip' ? gunzipSync(bytes) : brotliDecompressSync(bytes);
        assert.ok(undone.equals(Buffer.concat(pieces)));
      },
    ),
    { numRuns: 50 },
  );
});

test('answers are left as they are where they must be', () => {
  const cases: readonly (readonly [what: string, fields: Fields, request?: { accept?: Fields; more?: StageRequest; status?: number }])[] = [
    ['another type', { 'content-type': 'image/png' }],
    ['no type', {}],
    ['compressed already', { ...HTML, 'content-encoding': 'zstd' }],
    ['not to be transformed (RFC 9111 section 5.2.2.6)', { ...HTML, 'cache-control': 'private, No-Transform' }],
    ['short', { ...HTML, 'content-length': '1023' }],
    ['a part', { ...HTML, 'content-range': 'bytes 0-1/2' }],
    ['partial', HTML, { status: 206 }],
    ['not modified', HTML, { status: 304 }],
    ['of HEAD', HTML, { more: { method: 'HEAD' } }],
    ['for a client that takes none', HTML, { accept: {} }],
    ['for a client that wants it as it is', HTML, { accept: { 'accept-encoding': 'gzip;q=0.5, identity' } }],
    ['for a client that refuses', HTML, { accept: { 'accept-encoding': 'gzip;q=0, br;q=0.000' } }],
  ];
  for (const [what, fields, { accept, more, status } = {}] of cases) {
    const got = answered(ask({}, accept, more), fields, [TEXT], status);
    assert.equal(got.bytes.toString(), TEXT, what);
    assert.equal(got.fields.get('content-encoding'), fields['content-encoding'], what);
  }
});

test('an answer that could be compressed says that it varies, also to who gets it as it is (RFC 9110 section 12.5.5)', () => {
  assert.equal(answered(ask({}, {}), { ...HTML, vary: 'origin' }, [TEXT]).fields.get('vary'), 'origin, accept-encoding');
  for (const vary of ['*', 'Accept-Encoding, origin']) assert.equal(answered(ask(), { ...HTML, vary }, [TEXT]).fields.get('vary'), vary);
});

test('an answer without a body stays without one', () => {
  const { fields, bodies } = answered(ask(), HTML, []);
  assert.deepEqual([fields.has('content-encoding'), bodies], [false, []]);
});

test('an answer of the shortest length that is worth it is compressed', () => {
  assert.equal(answered(ask(), { ...HTML, 'content-length': '1024' }, ['x'.repeat(1024)]).fields.get('content-encoding'), 'gzip');
});

test('each event of a stream leaves when it comes', () => {
  const scene = ask();
  const { bodies } = answered(scene, { 'content-type': 'text/event-stream' }, ['data: 1\n\n', 'data: 2\n\n']);
  assert.ok(bodies[0]!.length > 10);
  assert.equal(gunzipSync(Buffer.concat([bodies[0]!]), { finishFlush: 2 }).toString(), 'data: 1\n\n');
});

test('weights decide, and among equal ones the order of the configuration', () => {
  const both = ['br', 'gzip'] as const;
  const chosen = (accepted: string) => preferredCoding(accepted, both);
  assert.deepEqual(
    ['gzip, br', 'gzip;q=1.0, br;q=0.9', '*', 'br;q=0, *', 'X-GZIP', 'deflate', 'identity', '', 'gzip;q=2', 'gzip ; Q=0.001'].map(chosen),
    ['br', 'gzip', 'br', 'gzip', 'gzip', undefined, undefined, undefined, undefined, 'gzip'],
  );
});

test("MOSN's gzip has that coding only, and its keys", () => {
  const scene = () =>
    filterStage(gzip, { gzip_level: 9, content_length: 10, content_types: ['text/plain'] }).request({
      fields: { 'accept-encoding': 'br, gzip' },
    });
  assert.equal(
    answered(scene(), { 'content-type': 'text/plain', 'content-length': '10' }, ['0123456789']).fields.get('content-encoding'),
    'gzip',
  );
  assert.equal(
    answered(scene(), { 'content-type': 'text/plain', 'content-length': '9' }, ['012345678']).fields.has('content-encoding'),
    false,
  );
  assert.equal(answered(scene(), { 'content-type': 'text/html' }, [TEXT]).fields.has('content-encoding'), false);
  assert.match(problemsOf(gzip.settings, { gzip_level: 10 })[0]!, /must be an integer from 0 to 9/);
});

/** What the upstream gets of a request. */
function sent(settings: object, encoding: string, pieces: readonly Buffer[]) {
  const scene = ask(
    settings,
    { 'content-encoding': encoding, 'content-length': '1' },
    { method: 'POST', end: false, requestBufferBytes: 10_000_000 },
  );
  for (const [at, piece] of pieces.entries()) scene.exchange.onData(piece, at === pieces.length - 1);
  return { scene, fields: scene.exchange.request.fields, bytes: Buffer.concat(bodiesOf(scene, 'a')) };
}

const UNDO = { decompress_requests: ['gzip', 'deflate', 'br'] };

test('requests are decompressed before the upstream gets them', () => {
  const bodies: readonly (readonly [string, Buffer])[] = [
    ['gzip', gzipSync(TEXT)],
    ['X-Gzip', gzipSync(TEXT)],
    ['deflate', deflateSync(TEXT)],
    ['br', brotliCompressSync(TEXT)],
  ];
  for (const [encoding, body] of bodies) {
    const { fields, bytes } = sent(UNDO, encoding, [body.subarray(0, 5), body.subarray(5), Buffer.alloc(0)]);
    assert.equal(bytes.toString(), TEXT, encoding);
    assert.deepEqual([fields.has('content-encoding'), fields.has('content-length')], [false, false]);
  }
});

test('codings that nobody asked to undo, or several of them, pass', () => {
  const body = gzipSync(TEXT);
  for (const [settings, encoding] of [
    [{}, 'gzip'],
    [{ decompress_requests: ['br'] }, 'gzip'],
    [UNDO, 'gzip, br'],
    [UNDO, 'zstd'],
  ] as const) {
    const { fields, bytes } = sent(settings, encoding, [body]);
    assert.ok(bytes.equals(body));
    assert.equal(fields.get('content-encoding'), encoding);
  }
});

test('a body that is not what it says, or that ends too early, is answered with 400', () => {
  const body = gzipSync(TEXT);
  for (const pieces of [[Buffer.from('not at all')], [body.subarray(0, body.length - 5)], [Buffer.alloc(0)]]) {
    const { scene } = sent(UNDO, 'gzip', pieces);
    assert.equal(scene.exchange.response?.status, 400);
  }
});

test('a body unfolds to so many bytes and no more, however small it is', () => {
  const limit = { ...UNDO, max_request_bytes: 100_000 };
  const whole = sent(limit, 'gzip', [gzipSync(Buffer.alloc(100_000))]);
  assert.deepEqual([whole.bytes.length, whole.scene.exchange.response], [100_000, undefined]);
  const bomb = sent(limit, 'gzip', [gzipSync(Buffer.alloc(100_001))]);
  assert.equal(bomb.scene.exchange.response?.status, 413);
});

test('a route may be left as it is', () => {
  const scene = filterStage(compression, {}, { ofRoute: { disabled: true } }).request({ fields: GZIP });
  assert.equal(answered(scene, HTML, [TEXT]).bytes.toString(), TEXT);
});
