import assert from 'node:assert/strict';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { featureTest, HTTP } from '../../support/feature-stage.ts';

const PAGE = '<p>all work and no play</p>\n'.repeat(1000);
const HTML = { 'content-type': 'text/html' };

featureTest(
  'answers are compressed for clients that take them so, whoever has made them',
  async (stage) => {
    await stage.backend('backend', () => ({ fields: HTML, body: PAGE }));
    await stage.start({ streamFilters: [{ type: 'compression' }] });
    const gzipped = await stage.call({ fields: { 'accept-encoding': 'gzip' } });
    assert.equal(gunzipSync(gzipped.bytes).toString(), PAGE);
    assert.deepEqual([gzipped.fields['content-encoding'], gzipped.fields['vary']], ['gzip', 'accept-encoding']);
    const brotli = await stage.call({ fields: { 'accept-encoding': 'br, gzip' } });
    assert.equal(brotliDecompressSync(brotli.bytes).toString(), PAGE);
    assert.ok(brotli.bytes.length < PAGE.length / 20);
    assert.equal((await stage.call()).body, PAGE);
    assert.equal((await stage.call({ method: 'HEAD', fields: { 'accept-encoding': 'gzip' } })).bytes.length, 0);
  },
  HTTP,
);

featureTest(
  'requests are decompressed for the upstream',
  async (stage) => {
    const backend = await stage.backend();
    await stage.start({
      streamFilters: [{ type: 'compression', config: { decompress_requests: ['gzip', 'br'], max_request_bytes: PAGE.length } }],
    });
    for (const [coding, body] of [
      ['gzip', gzipSync(PAGE)],
      ['br', brotliCompressSync(PAGE)],
    ] as const) {
      assert.equal((await stage.call({ body, fields: { 'content-encoding': coding } })).status, 200);
      assert.deepEqual([backend.last.body === PAGE, backend.last.fields['content-encoding']], [true, undefined]);
    }
    const tooLong = await stage.call({ body: gzipSync(`${PAGE}x`), fields: { 'content-encoding': 'gzip' } });
    assert.equal(tooLong.status, 413);
    const refused = await stage.call({ body: 'no gzip at all', fields: { 'content-encoding': 'gzip' } });
    assert.equal(refused.status, 400);
    assert.equal((await stage.call({ body: 'plain' })).status, 200);
    assert.equal(backend.last.body, 'plain');
  },
  HTTP,
);

featureTest("MOSN's gzip filter is there by its name, and calls of Dubbo pass it untouched", async (stage) => {
  await stage.backend('backend', () => ({ fields: HTML, body: PAGE }));
  await stage.start({ streamFilters: [{ type: 'gzip', config: { gzip_level: 6, content_length: 30, content_types: ['text/html'] } }] });
  const { fields, bytes, body } = await stage.call({ fields: { 'accept-encoding': 'gzip' } });
  assert.equal(fields['content-encoding'], stage.isHttp ? 'gzip' : undefined);
  assert.equal(stage.isHttp ? gunzipSync(bytes).toString() : body, PAGE);
});

featureTest(
  'large answers pass in pieces',
  async (stage) => {
    const large = Buffer.alloc(8 * 1024 * 1024, 'the quick brown fox jumps over the lazy dog, again and again. ');
    await stage.backend('backend', () => ({ fields: HTML, body: large }));
    await stage.start({ streamFilters: [{ type: 'compression' }] });
    const { bytes } = await stage.call({ fields: { 'accept-encoding': 'gzip' } });
    assert.ok(gunzipSync(bytes).equals(large));
    assert.ok(bytes.length < gzipSync(large).length * 2);
  },
  HTTP,
);
