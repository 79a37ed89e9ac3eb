/** The real nginx as the server behind Meshloom, and as the client before it. */
import { strict as assert } from 'node:assert';
import { truncateSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { curl } from '../support/curl.ts';
import { EchoServer } from '../support/echo-server.ts';
import { Meshloom } from '../support/meshloom.ts';
import { type Nginx, startNginx } from '../support/nginx.ts';
import { requireTool } from '../support/tools.ts';

const skip = requireTool('curl', 'nginx');

describe('nginx behind Meshloom', { skip }, () => {
  let nginx: Nginx;
  let proxy: Meshloom;

  before(async () => {
    nginx = await startNginx({
      http: 'keepalive_requests 100000; gzip on; gzip_min_length 1; gzip_types text/plain;',
      server: `
        location = /connection { return 200 "$connection $connection_requests\\n"; }
        location = /no-content { return 204; }
        location = /moved { return 301 /elsewhere; }`,
    });
    writeFileSync(`${nginx.folder}/text.txt`, 'a line of text\n'.repeat(1000));
    // nginx serves a file with holes as if it were full of zeros.
    writeFileSync(`${nginx.folder}/large.bin`, '');
    truncateSync(`${nginx.folder}/large.bin`, 200_000_000);
    proxy = await Meshloom.start({ hosts: [`127.0.0.1:${nginx.port}`] });
  });
  after(async () => {
    await proxy.stop();
    await nginx.stop();
  });

  test('a file comes through', async () => {
    const { status, text } = await curl(proxy.url('/text.txt'));
    assert.equal(status, 200);
    assert.equal(text, 'a line of text\n'.repeat(1000));
  });

  test('a compressed, chunked file comes through as it is', async () => {
    const { heads, text, exitCode } = await curl('--compressed', proxy.url('/text.txt'));
    assert.equal(exitCode, 0);
    assert.match(heads, /^content-encoding: gzip\r$/im);
    assert.equal(text, 'a line of text\n'.repeat(1000));
  });

  test('a range is a range', async () => {
    const { status, text } = await curl('--range', '2-5', proxy.url('/text.txt'));
    assert.equal(status, 206);
    assert.equal(text, 'line');
  });

  test('a file that has not changed is not sent again', async () => {
    const { heads } = await curl('--head', proxy.url('/text.txt'));
    const etag = /^etag: (.*)\r$/im.exec(heads)?.[1] ?? '';
    const { status, body } = await curl('-H', `If-None-Match: ${etag}`, proxy.url('/text.txt'));
    assert.equal(status, 304);
    assert.equal(body.length, 0);
  });

  test('errors, redirects and empty answers are the upstream’s own', async () => {
    assert.equal((await curl(proxy.url('/nowhere'))).status, 404);
    assert.equal((await curl(proxy.url('/no-content'))).status, 204);
    const { status, heads } = await curl(proxy.url('/moved'));
    assert.equal(status, 301);
    assert.match(heads, /^location: .*\/elsewhere\r$/im);
  });

  test('200 MB come down whole', async () => {
    const { text, exitCode } = await curl('-o', '/dev/null', '-w', '%{size_download}', proxy.url('/large.bin'));
    assert.equal(exitCode, 0);
    assert.equal(text, '200000000');
  });

  test('fifty requests reuse one connection, as nginx counts', async () => {
    const { text } = await curl(`${proxy.url('/connection')}?[1-50]`);
    const lines = text.trim().split('\n');
    assert.equal(lines.length, 50);
    assert.equal(new Set(lines.map((line) => line.split(' ')[0])).size, 1, 'one connection');
  });
});

describe('nginx before Meshloom', { skip }, () => {
  let backend: EchoServer;
  let proxy: Meshloom;
  let nginx: Nginx;

  before(async () => {
    backend = await EchoServer.start();
    proxy = await Meshloom.start({ hosts: [backend.address] });
    nginx = await startNginx({
      http: `upstream meshloom { server 127.0.0.1:${proxy.port}; keepalive 8; }`,
      server: `
        client_max_body_size 0;
        location / { proxy_pass http://meshloom; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_request_buffering off; }
        location /old/ { proxy_pass http://meshloom; proxy_http_version 1.0; }`,
    });
  });
  after(async () => {
    await nginx.stop();
    await proxy.stop();
    await backend.stop();
  });

  const url = (path: string): string => `http://127.0.0.1:${nginx.port}${path}`;

  test('requests with and without bodies go through both', async () => {
    assert.match((await curl(url('/a'))).text, /"url":"\/a"/);
    assert.match((await curl('-d', 'hello', url('/b'))).text, /"bytes":5,/);
    assert.match((await curl('-d', 'hello', '-H', 'Transfer-Encoding: chunked', url('/c'))).text, /"bytes":5,/);
  });

  test('nginx as an HTTP/1.0 client is answered too', async () => {
    const { status, text } = await curl('-d', 'hello', url('/old/d'));
    assert.equal(status, 200);
    assert.match(text, /"url":"\/old\/d".*"bytes":5,/);
  });

  test('nginx keeps its connections to Meshloom', async () => {
    const { text } = await curl('-o', '/dev/null', '-w', '%{http_code}\n', `${url('/')}?[1-50]`);
    assert.deepEqual(new Set(text.trim().split('\n')), new Set(['200']));
    assert.ok(backend.accepted <= 4, `${backend.accepted} connections to the backend`);
  });
});
