import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FieldList, LocalResponse, type ServerStream, type StreamHandler } from 'meshloom/protocol';
import http2 from '../../protocols/http2/index.ts';
import { Child } from '../support/child.ts';
import { type CodecServer, serveCodec } from '../support/codec-socket.ts';
import { goTool } from '../support/go-tool.ts';
import { requireTool } from '../support/tools.ts';

/** h2spec's 146 cases, "strict" among them: https://github.com/summerwind/h2spec, built by `go install`. */
const CASES = 146;
/** The newest that Go's module proxy gives. */
const VERSION = 'v2.2.1+incompatible';

function answer(stream: ServerStream): void {
  const body = Buffer.from('the quick brown fox jumps over the lazy dog\n');
  stream.sendHead(new LocalResponse(200, new FieldList([['content-length', String(body.length)]])), false);
  stream.sendData(body, true);
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

let server: CodecServer;
before(async () => {
  server = await serveCodec(http2, (stream, _head, end) => {
    if (end) answer(stream);
    return new AnswerAtEnd(stream);
  });
});
after(() => server.close());

test(`h2spec passes all of its ${CASES} cases, strictly`, { skip: requireTool('go'), timeout: 720_000 }, async () => {
  const program = await goTool('github.com/summerwind/h2spec/cmd/h2spec', VERSION);
  const h2spec = new Child('h2spec', program, ['--strict', '--timeout', '2', '--host', '127.0.0.1', '--port', String(server.port)]);
  const code = await h2spec.exit(100_000);
  assert.equal(code, 0, h2spec.output);
  assert.match(h2spec.output, new RegExp(`${CASES} tests, ${CASES} passed, 0 skipped, 0 failed`));
});
