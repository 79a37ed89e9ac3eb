/** The real curl asks through Meshloom, Node's own HTTP server answers. */
import { strict as assert } from 'node:assert';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { temporaryFolder, writeConfiguration } from '../support/configuration.ts';
import { type CurlAnswer, curl } from '../support/curl.ts';
import { type Answer, type Echo, EchoServer } from '../support/echo-server.ts';
import { Meshloom } from '../support/meshloom.ts';
import { requireTool } from '../support/tools.ts';

const folder = temporaryFolder('curl');

/** A file of random bytes for curl to send, and what the echo server should find. */
function randomFile(size: number): { path: string; sha256: string } {
  const bytes = randomBytes(size);
  const path = writeConfiguration(folder, `${size}.bin`, bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const chunkedWithTrailers: Answer = (request, response) => {
  // Node's server does not chunk for HTTP/1.0.
  const chunked = request.httpVersion === '1.1';
  response.writeHead(200, chunked ? { trailer: 'X-Checksum' } : {});
  response.write('first ');
  setImmediate(() => {
    response.write('second ');
    if (chunked) response.addTrailers({ 'X-Checksum': 'abc' });
    response.end('third');
  });
};

const answers: Readonly<Record<string, Answer>> = {
  '/chunked': chunkedWithTrailers,
  '/thousand': (_request, response) => response.writeHead(200, { 'content-length': 1000 }).end('x'.repeat(1000)),
  '/204': (_request, response) => response.writeHead(204).end(),
  '/304': (_request, response) => response.writeHead(304, { etag: '"a"' }).end(),
  '/cased': (_request, response) => response.writeHead(200, { 'X-MiXeD-Case': 'Kept', 'content-length': 0 }).end(),
  '/file': (_request, response) => void createReadStream(`${folder}/1048577.bin`).pipe(response.writeHead(200)),
};

describe('curl through Meshloom', { skip: requireTool('curl') }, () => {
  let backend: EchoServer;
  let proxy: Meshloom;

  before(async () => {
    backend = await EchoServer.start(answers);
    proxy = await Meshloom.start({ hosts: [backend.address] });
  });
  after(async () => {
    await proxy.stop();
    await backend.stop();
  });

  async function echoed(...args: string[]): Promise<Echo> {
    const answer = await curl(...args);
    assert.equal(answer.exitCode, 0, answer.stderr);
    assert.equal(answer.status, 200, answer.text);
    return JSON.parse(answer.text) as Echo;
  }

  async function succeeds(...args: string[]): Promise<CurlAnswer> {
    const answer = await curl(...args);
    assert.equal(answer.exitCode, 0, answer.stderr);
    return answer;
  }

  test('a GET arrives with its method, target and fields', async () => {
    const seen = await echoed('-H', 'X-One: 1', proxy.url('/some/path?query=a%20b&c'));
    assert.equal(seen.method, 'GET');
    assert.equal(seen.url, '/some/path?query=a%20b&c');
    assert.equal(seen.httpVersion, '1.1');
    assert.ok(seen.rawHeaders.includes(`127.0.0.1:${proxy.port}`), 'Host is what the client named');
    assert.equal(seen.rawHeaders[seen.rawHeaders.indexOf('X-One') + 1], '1');
  });

  test('names of fields keep their case and order, both ways', async () => {
    const seen = await echoed('-H', 'X-LOUD: 1', '-H', 'x-quiet: 2', '-H', 'x-LOUD: 3', proxy.url('/'));
    const own = seen.rawHeaders.filter((name) => /^x-(loud|quiet)$/i.test(name));
    assert.deepEqual(own, ['X-LOUD', 'x-quiet', 'x-LOUD']);
    assert.match((await succeeds(proxy.url('/cased'))).heads, /^X-MiXeD-Case: Kept\r$/m);
  });

  for (const size of [0, 1, 1000, 65_536, 1_048_577]) {
    test(`a POST of ${size} bytes arrives whole`, async () => {
      const { path, sha256 } = randomFile(size);
      const seen = await echoed('-H', 'Expect:', '--data-binary', `@${path}`, proxy.url('/'));
      assert.deepEqual([seen.method, seen.bytes, seen.sha256], ['POST', size, sha256]);
    });

    // Of an empty file curl 7.88 never sends the last chunk.
    if (size === 0) continue;
    test(`a chunked PUT of ${size} bytes arrives whole`, async () => {
      const { path, sha256 } = randomFile(size);
      const seen = await echoed('-H', 'Expect:', '-H', 'Transfer-Encoding: chunked', '-T', path, proxy.url('/put'));
      assert.deepEqual([seen.method, seen.bytes, seen.sha256], ['PUT', size, sha256]);
    });
  }

  test('a file that is sent without a known size comes down whole', async () => {
    const { sha256 } = randomFile(1_048_577);
    const { body } = await succeeds(proxy.url('/file'));
    assert.equal(createHash('sha256').update(body).digest('hex'), sha256);
  });

  test('a chunked response with trailers comes down whole', async () => {
    const { text, heads } = await succeeds(proxy.url('/chunked'));
    assert.equal(text, 'first second third');
    assert.match(heads, /^transfer-encoding: chunked\r$/im);
    assert.match(heads, /^X-Checksum: abc\r$/im, 'curl counts trailers among the heads');
  });

  test('Expect: 100-continue is passed on, and the upstream’s 100 comes back before the body is sent', async () => {
    const { path, sha256 } = randomFile(65_536);
    // Longer than the test may take: a body that is sent without waiting for the 100 would be late.
    const answer = await succeeds('-H', 'Expect: 100-continue', '--expect100-timeout', '25', '--data-binary', `@${path}`, proxy.url('/'));
    assert.match(answer.heads, /^HTTP\/1\.1 100 Continue\r\n/);
    assert.equal((JSON.parse(answer.text) as Echo).sha256, sha256);
  });

  test('a refused expectation gives the refusal, and the body is never asked for', async () => {
    const refuse = (_request: IncomingMessage, response: ServerResponse): void => {
      response.writeHead(413, { 'content-length': 0, connection: 'close' }).end();
    };
    backend.server.once('checkContinue', refuse);
    const { path } = randomFile(65_536);
    const answer = await curl('-H', 'Expect: 100-continue', '--expect100-timeout', '25', '--data-binary', `@${path}`, proxy.url('/'));
    assert.equal(answer.status, 413);
    assert.doesNotMatch(answer.heads, /100 Continue/);
  });

  test('HEAD has the length of the body and none of it', async () => {
    const { heads, body, status } = await succeeds('--head', '-o', '/dev/null', proxy.url('/thousand'));
    assert.equal(status, 200);
    assert.match(heads, /^content-length: 1000\r$/im);
    assert.equal(body.length, 0);
  });

  for (const [method, path, status] of [
    ['GET', '/204', 204],
    ['GET', '/304', 304],
    ['HEAD', '/thousand', 200],
  ] as const) {
    test(`${method} with a ${status} and no body leaves the connection usable`, async () => {
      const request = method === 'HEAD' ? ['--head'] : [];
      const answer = await succeeds(...request, '-w', '\n%{num_connects}', proxy.url(path), '--next', ...common(), proxy.url('/thousand'));
      assert.match(answer.heads, new RegExp(`^HTTP/1.1 ${status} `));
      assert.match(answer.text, /0$/, 'the second request opened no connection');
    });
  }

  /** curl forgets its options at --next. */
  function common(): string[] {
    return ['--silent', '--show-error', '--max-time', '20', '-w', '%{num_connects}'];
  }

  test('HTTP/1.0: the answer is not chunked and ends with the connection', async () => {
    const { text, heads } = await succeeds('-0', proxy.url('/chunked'));
    assert.equal(text, 'first second third');
    assert.doesNotMatch(heads, /transfer-encoding/i);
  });

  test('HTTP/1.0: a body of known length comes with its length', async () => {
    const { text, heads } = await succeeds('-0', proxy.url('/thousand'));
    assert.equal(text.length, 1000);
    assert.match(heads, /^content-length: 1000\r$/im);
  });

  test('CONNECT makes a tunnel to the upstream', async () => {
    backend.server.once('connect', (request, socket) => {
      assert.equal(request.url, 'inner.example:80');
      // How the tunnel ends is the business of http1-tunnel.test.ts.
      socket.on('error', () => undefined);
      socket.once('data', (inner: Buffer) => {
        assert.match(inner.toString('latin1'), /^GET \/inside HTTP\/1\.1\r\n/);
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\ntunnel');
      });
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    });
    const { text, heads } = await succeeds('--proxytunnel', '--proxy', proxy.url(''), '--noproxy', '', 'http://inner.example/inside');
    assert.equal(text, 'tunnel');
    assert.equal([...heads.matchAll(/^HTTP\/1\.1 200/gm)].length, 2);
  });

  test('an absolute-form target, as clients of a proxy send it, is routed by its authority', async () => {
    const seen = await echoed('--proxy', proxy.url(''), '--noproxy', '', 'http://shop.example/cart?id=1');
    assert.equal(seen.rawHeaders[seen.rawHeaders.findIndex((name) => name.toLowerCase() === 'host') + 1], 'shop.example');
    assert.match(seen.url, /^(http:\/\/shop\.example)?\/cart\?id=1$/);
  });

  test('an asterisk-form OPTIONS reaches the upstream as it is', async () => {
    const seen = await echoed('-X', 'OPTIONS', '--request-target', '*', proxy.url('/'));
    assert.deepEqual([seen.method, seen.url], ['OPTIONS', '*']);
  });

  test('a hundred requests one after the other take one connection on each side', async () => {
    const before = backend.accepted;
    const { text } = await succeeds('-o', '/dev/null', '-w', '%{num_connects} %{http_code}\n', `${proxy.url('/thousand')}?[1-100]`);
    const lines = text.trim().split('\n');
    assert.equal(lines.length, 100);
    assert.deepEqual(new Set(lines.map((line) => line.split(' ')[1])), new Set(['200']));
    assert.equal(lines.filter((line) => line.startsWith('1')).length, 1, 'curl connected once');
    assert.ok(backend.accepted - before <= 1, `${backend.accepted - before} connections to the upstream`);
  });

  test('two hundred requests at a time are all answered', async () => {
    const urls = `${proxy.url('/thousand')}?[1-400]`;
    const { text } = await succeeds('--parallel', '--parallel-max', '200', '-o', '/dev/null', '-w', '%{http_code}\n', urls);
    assert.deepEqual(text.trim().split('\n'), Array(400).fill('200'));
  });
});
