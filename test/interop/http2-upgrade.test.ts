/** `Upgrade: h2c` (RFC 7540 section 3.2): from HTTP/1.1 to HTTP/2 on a listener that serves both. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Child } from '../support/child.ts';
import { curl } from '../support/curl.ts';
import { Meshloom } from '../support/meshloom.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { requireTool } from '../support/tools.ts';

const SETTINGS = 'AAMAAABkAAQAAP__';
const ask = (path: string, ...lines: readonly string[]): string => `GET ${path} HTTP/1.1\r\n${['Host: a', ...lines].join('\r\n')}\r\n\r\n`;
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', `HTTP2-Settings: ${SETTINGS}`];

describe('a listener that serves HTTP/1.1 and HTTP/2', () => {
  let backend: Server;
  let proxy: Meshloom;

  before(async () => {
    backend = createServer(async (request, response) => {
      const body = Buffer.concat((await request.toArray()) as Buffer[]);
      response.end(JSON.stringify({ method: request.method, path: request.url, headers: request.headers, body: body.toString() }));
    });
    await once(backend.listen(0, '127.0.0.1'), 'listening');
    proxy = await Meshloom.start({
      hosts: [`127.0.0.1:${(backend.address() as AddressInfo).port}`],
      proxy: { downstream_protocol: 'Http1,Http2', upstream_protocol: 'Http1' },
    });
  });
  after(async () => {
    await proxy.stop();
    backend.closeAllConnections();
    await once(backend.close(), 'close');
  });

  test('curl --http2 goes on in HTTP/2, and asks again on the same connection', { skip: requireTool('curl') }, async () => {
    const { exitCode, heads, text, stderr } = await curl('--http2', proxy.url('/a'), proxy.url('/b'));
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(heads.match(/^HTTP\/\S+ \d+/gm), ['HTTP/1.1 101', 'HTTP/2 200', 'HTTP/2 200']);
    assert.match(text, /"path":"\/a".*"path":"\/b"/);
  });

  test('curl --http2 with a body is answered in HTTP/1.1', { skip: requireTool('curl') }, async () => {
    const answer = await curl('--http2', '--data', 'body', proxy.url('/a'));
    assert.match(answer.heads, /^HTTP\/1\.1 200/);
    const seen = JSON.parse(answer.text) as { method: string; headers: object; body: string };
    assert.deepEqual([seen.method, seen.body], ['POST', 'body']);
    for (const name of ['upgrade', 'http2-settings']) assert.ok(!(name in seen.headers), name);
  });

  test('nghttp --upgrade goes on in HTTP/2', { skip: requireTool('nghttp') }, async () => {
    const nghttp = new Child('nghttp', 'nghttp', ['--upgrade', '--no-dep', '--timeout=5', proxy.url('/a')]);
    assert.equal(await nghttp.exit(), 0, nghttp.output);
    assert.match(nghttp.output, /"path":"\/a"/);
  });

  test('the client is told so first, and hears our settings and its answer before it has said anything in HTTP/2', async () => {
    const connection = await RawConnection.open(proxy.port);
    connection.send(ask('/first', ...H2C));
    await connection.expect('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n');
    const { 3: type, 4: flags } = await connection.read(9);
    assert.deepEqual([type, flags], [4, 0], 'SETTINGS');
    assert.match(await connection.readUntil('"path":"/first"'), /"method":"GET"/);
    connection.destroy();
  });

  describe('what is asked for wrongly is answered in HTTP/1.1, and reaches no upstream as a wish', () => {
    const wrong: Record<string, readonly string[]> = {
      'without settings': ['Connection: Upgrade', 'Upgrade: h2c'],
      'with settings that Connection does not name': ['Connection: Upgrade', 'Upgrade: h2c', `HTTP2-Settings: ${SETTINGS}`],
      'with two settings': [...H2C, `HTTP2-Settings: ${SETTINGS}`],
      'with settings that are cut': ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAA'],
      'with settings that are no base64url': ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA$'],
      'with a window that is too large': ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AASAAAAA'],
      'without Connection': ['Upgrade: h2c', `HTTP2-Settings: ${SETTINGS}`],
      'for HTTP/2 over TLS': ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2', `HTTP2-Settings: ${SETTINGS}`],
    };
    for (const [how, lines] of Object.entries(wrong)) {
      test(how, async () => {
        const connection = await RawConnection.open(proxy.port);
        connection.send(ask('/a', ...lines));
        const { startLine, body } = await connection.message();
        assert.match(startLine, /^HTTP\/1\.1 200/);
        const { headers } = JSON.parse(body.toString()) as { headers: object };
        assert.ok(!('http2-settings' in headers));
        if (!lines.includes('Upgrade: h2')) assert.ok(!('upgrade' in headers));
        connection.destroy();
      });
    }
  });

  test('what follows the upgrade and is no HTTP/2 ends the connection, and is no request', async () => {
    const connection = await RawConnection.open(proxy.port);
    connection.send(ask('/first', ...H2C) + ask('/smuggled'));
    assert.ok(!(await connection.untilEnd()).includes('smuggled'));
    connection.destroy();
  });
});
