import type { Socket } from 'node:net';
import { type Message, parseMessage } from '../../support/http1-message.ts';
import type { Random } from '../../support/random.ts';
import { MortalServer } from './mortal-server.ts';
import type { Ledger } from './tally.ts';
import { requestBody, responseBody, type Work, workOf } from './work.ts';

/** How often an upstream's connection dies at a request instead of answering it. */
const DEATHS = 0.02;

/** An upstream that answers rightly, in all framings that HTTP/1.1 has, unless it dies. */
export class HttpUpstream extends MortalServer {
  private readonly ledger: Ledger;

  constructor(random: Random, ledger: Ledger) {
    super(random);
    this.ledger = ledger;
  }

  protected override converse(socket: Socket): void {
    let unread: Buffer = Buffer.alloc(0);
    let known = '';
    socket.on('data', (chunk: Buffer) => {
      unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
      const target = /^POST (\/\d+) /.exec(unread.toString('latin1', 0, 32))?.[1] ?? '';
      // It is on the books from its first bytes on.
      if (target !== '' && target !== known) this.ledger.enter(Number(target.slice(1)));
      known = target;
      const parsed = parseMessage(unread);
      if (parsed === undefined) {
        // It may also die in the middle of a request.
        if (this.random.chance(DEATHS)) this.cut(socket);
        return;
      }
      unread = unread.subarray(parsed.length);
      known = '';
      if (unread.length > 0) this.ledger.wrongs.push(`bytes after ${parsed.message.startLine}, before its answer`);
      this.answer(socket, parsed.message);
    });
  }

  private answer(socket: Socket, request: Message): void {
    const [method = '', target = ''] = request.startLine.split(' ');
    const work = workOf(Number(target.slice(1)));
    if (method !== work.method || !request.body.equals(requestBody(work))) {
      this.ledger.wrongs.push(`${request.startLine} arrived with another method or body`);
    }
    const { random } = this;
    if (random.chance(DEATHS)) {
      this.cut(socket);
      return;
    }
    const { bytes, ending } = this.frame(work);
    const speak = (): void => {
      if (socket.destroyed) return;
      if (ending) socket.end(bytes);
      // Dies in the middle of its answer.
      else if (random.chance(DEATHS)) socket.write(bytes.subarray(0, random.below(bytes.length)), () => this.cut(socket));
      else socket.write(bytes);
    };
    if (random.chance(0.1)) setTimeout(speak, random.below(15));
    else speak();
  }

  /** The whole answer, and whether the end of the connection is its end. */
  private frame(work: Work): { bytes: Buffer; ending: boolean } {
    const body = responseBody(work);
    const head = `HTTP/1.1 200 OK\r\nX-Id: ${work.id}\r\n`;
    const framing = this.random.below(10);
    // Such an answer must leave in one piece: when it is cut, nobody can tell (a FIN is its end, and libuv reports a reset that arrives
    // together with data as an end, too).
    if (framing === 0 && body.length < 1_000) {
      return { bytes: Buffer.concat([Buffer.from(`${head}Connection: close\r\n\r\n`), body]), ending: true };
    }
    if (framing > 3) return { bytes: Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]), ending: false };
    const half = body.length >> 1;
    const chunks = [body.subarray(0, half), body.subarray(half)].filter((part) => part.length > 0);
    const parts = chunks.flatMap((part) => [Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n')]);
    const start = Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`);
    return { bytes: Buffer.concat([start, ...parts, Buffer.from('0\r\n\r\n')]), ending: false };
  }
}
