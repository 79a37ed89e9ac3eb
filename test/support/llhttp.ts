import { Server } from 'node:http';
import { Duplex } from 'node:stream';

/** Just enough of a socket for a server of node:http. */
class Pipe extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
  setTimeout(): this {
    return this;
  }
}

export type Verdict = 'taken' | 'refused';

/** What Node's own parser, llhttp in its strict setting, says to each of these request heads. */
export async function llhttpVerdicts(heads: readonly string[]): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let from = 0; from < heads.length; from += 500) verdicts.push(...(await judged(heads.slice(from, from + 500))));
  return verdicts;
}

async function judged(heads: readonly string[]): Promise<readonly Verdict[]> {
  const server = new Server({ insecureHTTPParser: false });
  const taken = new Set<unknown>();
  const refused = new Set<unknown>();
  for (const event of ['request', 'upgrade', 'connect', 'checkContinue', 'checkExpectation']) {
    server.on(event, ({ socket }: { socket: unknown }) => taken.add(socket));
  }
  server.on('clientError', (_error, socket) => refused.add(socket));
  const pipes = heads.map((head) => {
    const pipe = new Pipe();
    server.emit('connection', pipe);
    pipe.push(Buffer.from(head, 'latin1'));
    return pipe;
  });
  // Streams deliver in the next turn.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  // What is wrong with a body comes after the head was taken; a missing Host is answered without any event.
  const verdicts = pipes.map((pipe): Verdict => (taken.has(pipe) ? 'taken' : 'refused'));
  for (const pipe of pipes) pipe.destroy();
  return verdicts;
}
