import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type Bytes, FieldList, LocalResponse, type RequestHead, type ServerHost, type ServerStream } from 'meshloom/protocol';
import type { Language } from '../../../bench/load/generator.ts';
import makeLanguage from '../../../bench/load/http2-language.ts';
import http2 from '../../../protocols/http2/index.ts';

/** A server whose streams are answered by the test. */
class Server implements ServerHost {
  readonly secure = false;
  readonly writable = true;
  readonly asked: RequestHead[] = [];
  readonly streams: ServerStream[] = [];
  private readonly codec = http2.server(this);
  private written: Bytes[] = [];

  onRequest(stream: ServerStream, head: RequestHead) {
    this.streams.push(stream);
    this.asked.push(head);
    return { onData() {}, onTrailers() {}, onReset() {}, onDrain() {} };
  }
  write(bytes: Bytes): void {
    this.written.push(bytes);
  }
  pause(): void {}
  resume(): void {}
  end(): void {}
  close(): void {}
  fail(): void {}

  hear(bytes: Bytes): void {
    this.codec.read(bytes);
  }
  answer(at: number, status: number, body: string): void {
    this.streams[at]!.sendHead(new LocalResponse(status, new FieldList()), false);
    this.streams[at]!.sendData(Buffer.from(body), true);
  }
  take(): Bytes {
    const bytes = Buffer.concat(this.written);
    this.written = [];
    return bytes;
  }
}

function hear(language: Language, bytes: Bytes): boolean[] {
  const correct: boolean[] = [];
  assert.equal(
    language.hear(bytes, (right) => correct.push(right)),
    bytes.length,
  );
  return correct;
}

test('requests are asked with the fields that were set, and their answers are right in any order', () => {
  const language = makeLanguage(['hello', 'x-tenant: garden'], () => 0);
  const server = new Server();
  server.hear(language.ask(3));
  assert.deepEqual(
    server.asked.map(({ fields }) => fields.get('x-tenant')),
    ['garden', 'garden', 'garden'],
  );
  for (const at of [2, 0, 1]) server.answer(at, 200, 'hello');
  assert.deepEqual(hear(language, server.take()), [true, true, true]);
});

test('another status, other bytes, fewer bytes and a reset are wrong', () => {
  const language = makeLanguage(['hello'], () => 0);
  const server = new Server();
  server.hear(language.ask(4));
  server.answer(0, 500, 'hello');
  server.answer(1, 200, 'hellO');
  server.answer(2, 200, 'hell');
  server.streams[3]!.reset({ code: 'cancelled', origin: 'local', processed: 'maybe', detail: 'the test' });
  assert.deepEqual(hear(language, server.take()), [false, false, false, false]);
});
