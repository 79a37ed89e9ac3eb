import { once } from 'node:events';
import { connect, constants, createServer, type Http2Session, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, connect as connectSocket } from 'node:net';
import { outcomeOfStatus } from '../../../src/protocol/outcome.ts';
import { within } from '../deadline.ts';
import { http2Answer } from '../http2-client.ts';
import { methodOf, pathOf } from './http1.ts';
import type { Answer, Answering, Call, Client, ClientOptions, Language, Reply, Seen, Server, ServerOptions, Texts } from './language.ts';

function textsOf(headers: IncomingHttpHeaders): Texts {
  const fields = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  return Object.fromEntries(fields.map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

async function bodyOf(stream: ServerHttp2Stream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function respond(stream: ServerHttp2Stream, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'reset') stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else {
    const { trailers } = reply;
    stream.respond({ ':status': reply.status ?? 200, ...reply.fields }, { waitForTrailers: trailers !== undefined });
    if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end(reply.body ?? '');
  }
}

async function serve(answer: Answering, { port = 0 }: ServerOptions = {}): Promise<Server> {
  const server = createServer();
  const sessions: Http2Session[] = [];
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const connection = sessions.indexOf(stream.session!) + 1;
    stream.on('error', () => undefined);
    const reply = async (): Promise<void> => {
      const seen: Seen = {
        path: headers[':path'] ?? '',
        method: headers[':method'] ?? '',
        authority: headers[':authority'] ?? '',
        version: '',
        fields: textsOf(headers),
        body: await bodyOf(stream),
        connection,
      };
      respond(stream, await answer(seen));
    };
    // Who breaks off has nobody to answer to.
    reply().catch(() => stream.destroy());
  });
  await within(once(server.listen(port, '127.0.0.1'), 'listening'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sessions.length;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const session of sessions) session.destroy();
      await within(closed, 'end of an HTTP/2 server');
    },
  };
}

async function dial(port: number, { localAddress }: ClientOptions = {}): Promise<Client> {
  const session = connect(`http://127.0.0.1:${port}`, {
    createConnection: () => connectSocket({ port, host: '127.0.0.1', ...(localAddress === undefined ? {} : { localAddress }) }),
  });
  // What happens to streams is said by the streams.
  session.on('error', () => undefined);
  const ask = async (call: Call): Promise<Answer> => {
    const { body, fields, authority = `127.0.0.1:${port}` } = call;
    const head = { ':path': pathOf(call), ':method': methodOf(call), ':authority': authority, ...fields };
    const stream = session.request(head, { endStream: body === undefined });
    stream.on('error', () => undefined);
    if (body !== undefined) stream.end(body);
    const { status, headers, body: bytes } = await http2Answer(stream);
    return { outcome: outcomeOfStatus(status), status, fields: textsOf(headers), body: bytes.toString(), bytes };
  };
  return {
    call: (call = {}) => within(ask(call), 'an answer in HTTP/2'),
    async close() {
      // The proxy may have broken it off.
      if (session.destroyed) return;
      session.destroy();
      if (!session.closed) await within(once(session, 'close'), 'end of an HTTP/2 connection');
    },
  };
}

export const http2: Language = { name: 'Http2', serve, dial, told: (outcome) => outcome };
