import { type Bytes, type ClientCodec, type ClientHost, FieldList } from 'meshloom/protocol';
import http2 from '../../protocols/http2/index.ts';
import type { Language } from './generator.ts';
import { Asking, requestHead } from './http2-request.ts';

type Answered = (correct: boolean, askedAt: number) => void;

/** The near end of the connection: keeps what is to be written until the generator asks for it. */
class Outbox implements ClientHost {
  readonly secure = false;
  readonly writable = true;
  broken = false;
  private waiting: Bytes[] = [];

  write(bytes: Bytes): void {
    this.waiting.push(bytes);
  }
  take(): Bytes {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    return bytes;
  }
  pause(): void {}
  resume(): void {}
  onRoom(): void {}
  end(): void {
    this.broken = true;
  }
  close(): void {
    this.broken = true;
  }
  fail(): void {
    this.broken = true;
  }
  onGoAway(): void {
    this.broken = true;
  }
}

class Question extends Asking {
  private readonly askedAt: number;
  private readonly expected: Bytes;
  private readonly answered: Answered;
  private status = 0;
  private received = 0;
  private right = true;

  constructor(askedAt: number, expected: Bytes, answered: Answered) {
    super();
    this.askedAt = askedAt;
    this.expected = expected;
    this.answered = answered;
  }

  onHead({ status }: { readonly status: number }, end: boolean): void {
    this.status = status;
    if (end) this.over();
  }
  onData(bytes: Bytes, end: boolean): void {
    this.right &&= bytes.equals(this.expected.subarray(this.received, this.received + bytes.length));
    this.received += bytes.length;
    if (end) this.over();
  }
  override onTrailers(): void {
    this.over();
  }
  onReset(): void {
    this.answered(false, this.askedAt);
  }

  private over(): void {
    this.answered(this.status === 200 && this.right && this.received === this.expected.length, this.askedAt);
  }
}

/** HTTP/2 by our own codec: the settings are the body that every answer must have, and fields of each request as `name: value`. */
export default function makeLanguage([expected = '', ...lines]: readonly string[], now: () => number): Language {
  const body = Buffer.from(expected, 'latin1');
  const fields = lines.map((line) => line.split(': ', 2) as [string, string]);
  const outbox = new Outbox();
  const codec: ClientCodec = http2.client(outbox);
  let tell: Answered | undefined;
  const answered: Answered = (correct, askedAt) => tell?.(correct, askedAt);
  return {
    ask(count) {
      for (let left = count; left > 0; left--) {
        codec.open(new Question(now(), body, answered)).sendHead(requestHead('/', 'GET', new FieldList(fields)), true);
      }
      return outbox.take();
    },
    hear(bytes, answer) {
      tell = answer;
      codec.read(bytes);
      if (outbox.broken) throw new Error('the proxy ended the connection');
      return bytes.length;
    },
  };
}
