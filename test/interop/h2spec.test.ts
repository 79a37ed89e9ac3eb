/** h2spec against our codec alone, and against the whole proxy in front of either version of HTTP. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { FieldList, LocalResponse, type ServerStream, type StreamHandler } from 'meshloom/protocol';
import http2 from '../../protocols/http2/index.ts';
import { Child } from '../support/child.ts';
import { serveCodec } from '../support/codec-socket.ts';
import { goTool } from '../support/go-tool.ts';
import { Http2Server } from '../support/http2-server.ts';
import { Meshloom } from '../support/meshloom.ts';
import { requireTool } from '../support/tools.ts';

/** h2spec's 146 cases, "strict" among them: https://github.com/summerwind/h2spec, built by `go install`. */
const CASES = 146;
/** The newest that Go's module proxy gives. */
const VERSION = 'v2.2.1+incompatible';
/** How long h2spec waits for what must come, in seconds. */
const PATIENCE_S = 2;

/** So many of its requests at least are sound: a proxy that refused them all would pass most of the cases. */
const SOUND_REQUESTS = 50;

/** Many cases look at what comes while a body is under way: it must not be empty. */
const BODY = Buffer.from('the quick brown fox jumps over the lazy dog\n');

async function expectAllToPass(port: number): Promise<void> {
  const program = await goTool('github.com/summerwind/h2spec/cmd/h2spec', VERSION);
  const h2spec = new Child('h2spec', program, ['--strict', '--timeout', String(PATIENCE_S), '--host', '127.0.0.1', '--port', String(port)]);
  const code = await h2spec.exit(100_000);
  assert.equal(code, 0, h2spec.output);
  assert.match(h2spec.output, new RegExp(`${CASES} tests, ${CASES} passed, 0 skipped, 0 failed`));
}

function answer(stream: ServerStream): void {
  stream.sendHead(new LocalResponse(200, new FieldList([['content-length', String(BODY.length)]])), false);
  stream.sendData(BODY, true);
}

class AnswerAtEnd implements StreamHandler {
  private readonly stream: ServerStream;

  constructor(stream: ServerStream) {
    this.stream = stream;
  }

  onData(_bytes: Buffer, end: boolean): void {
    if (end) answer(this.stream);
  }

  onTrailers(): void {
    answer(this.stream);
  }

  onReset(): void {}

  onDrain(): void {}
}

describe(`h2spec passes all of its ${CASES} cases, strictly`, { skip: requireTool('go') }, () => {
  test('on the codec alone', { timeout: 720_000 }, async () => {
    const server = await serveCodec(http2, (stream, _head, end) => {
      if (end) answer(stream);
      return new AnswerAtEnd(stream);
    });
    await expectAllToPass(server.port);
    await server.close();
  });

  test('through the proxy to an HTTP/2 server', { timeout: 720_000 }, async () => {
    let answered = 0;
    const backend = await Http2Server.start((stream: ServerHttp2Stream) => {
      answered++;
      stream.respond({ ':status': 200, 'content-length': BODY.length });
      stream.end(BODY);
    });
    const proxy = await Meshloom.start({ hosts: [backend.address], proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http2' } });
    await expectAllToPass(proxy.port);
    assert.ok(answered >= SOUND_REQUESTS, `${answered} requests have come through`);
    await proxy.stop();
    await backend.stop();
  });

  test('through the proxy to an HTTP/1.1 server', { timeout: 720_000 }, async () => {
    let answered = 0;
    const backend = createServer((_request, response: ServerResponse) => {
      answered++;
      response.writeHead(200, { 'content-length': BODY.length }).end(BODY);
    });
    await once(backend.listen(0, '127.0.0.1'), 'listening');
    const { port } = backend.address() as AddressInfo;
    const proxy = await Meshloom.start({
      hosts: [`127.0.0.1:${port}`],
      proxy: { downstream_protocol: 'Http2', upstream_protocol: 'Http1' },
    });
    await expectAllToPass(proxy.port);
    assert.ok(answered >= SOUND_REQUESTS, `${answered} requests have come through`);
    await proxy.stop();
    backend.closeAllConnections();
    await once(backend.close(), 'close');
  });
});
