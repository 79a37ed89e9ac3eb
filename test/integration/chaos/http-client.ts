import { statusOf } from '../../support/http1-message.ts';
import type { Random } from '../../support/random.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import type { Tally } from './tally.ts';
import { requestBody, responseBody, type Work, workOf } from './work.ts';

/** How often a client leaves in the middle of a request. */
const DEPARTURES = 0.05;

function requestBytes(work: Work, chunked: boolean): Buffer {
  const body = requestBody(work);
  const head = `${work.method} /${work.id} HTTP/1.1\r\nHost: chaos\r\n`;
  if (work.method === 'GET') return Buffer.from(`${head}\r\n`);
  if (!chunked) return Buffer.concat([Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`), body]);
  const chunk = body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')];
  return Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n`), ...chunk, Buffer.from('0\r\n\r\n')]);
}

/** One client: it asks one thing after the other, on one connection as long as that lasts. */
export class HttpClient {
  private readonly port: number;
  private readonly random: Random;
  private readonly tally: Tally;
  private connection: RawConnection | undefined;

  constructor(port: number, random: Random, tally: Tally) {
    this.port = port;
    this.random = random;
    this.tally = tally;
  }

  /** Asks for everything that `next` hands out. */
  async work(next: () => number | undefined): Promise<void> {
    for (let id = next(); id !== undefined; id = next()) await this.ask(workOf(id));
    this.leave();
  }

  private leave(): void {
    if (this.random.chance(0.5)) this.connection?.reset();
    else this.connection?.destroy();
    this.connection = undefined;
  }

  private async ask(work: Work): Promise<void> {
    this.connection ??= await RawConnection.open(this.port);
    const { connection, random } = this;
    const bytes = requestBytes(work, random.chance(0.5));
    if (random.chance(DEPARTURES)) {
      await this.depart(connection, bytes);
      return;
    }
    connection.send(bytes);
    try {
      const message = await connection.message();
      if (statusOf(message) === 200) this.check(work, message.fields.get('x-id'), message.body);
      else if ([502, 503, 504].includes(statusOf(message)) && !message.fields.has('x-id')) this.tally.refused++;
      else this.tally.wrongs.push(`${work.method} ${work.id} was answered ${message.head}`);
      if (connection.unread.length > 0) this.tally.wrongs.push(`bytes after the answer to ${work.id}`);
      if (connection.ended || message.fields.get('connection') === 'close') this.leave();
    } catch (error) {
      // The deadline within which every request is answered or broken off.
      if (!connection.ended) this.tally.wrongs.push(`${work.method} ${work.id}: ${(error as Error).message}`);
      this.tally.broken++;
      this.leave();
    }
  }

  /** Leaves in the middle of the request, while it waits, or in the middle of the answer. */
  private async depart(connection: RawConnection, bytes: Buffer): Promise<void> {
    const moment = this.random.below(3);
    connection.send(moment === 0 ? bytes.subarray(0, this.random.below(bytes.length)) : bytes);
    if (moment === 2) await connection.read(1).catch(() => undefined);
    this.tally.left++;
    this.leave();
  }

  private check(work: Work, id: string | undefined, body: Buffer): void {
    if (id === String(work.id) && body.equals(responseBody(work))) this.tally.good++;
    else this.tally.wrongs.push(`${work.method} ${work.id} got the answer to ${id}, ${body.length} bytes of ${work.responseBytes}`);
  }
}
