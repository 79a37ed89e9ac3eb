import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { outcomeOfStatus } from '../../../src/protocol/outcome.ts';
import { within } from '../deadline.ts';
import { resetSocket } from '../raw-connection.ts';
import type { Answer, Answering, Call, Client, ClientOptions, Language, Seen, Server, ServerOptions, Texts } from './language.ts';

async function allOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function textsOf(message: IncomingMessage): Texts {
  const { headers } = message;
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

async function serve(answer: Answering, { port = 0 }: ServerOptions = {}): Promise<Server> {
  const sockets = new Map<Socket, number>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (message, response) => {
    const reply = async (): Promise<void> => {
      const fields = textsOf(message);
      const seen: Seen = {
        path: message.url ?? '',
        method: message.method ?? '',
        authority: fields['host'] ?? '',
        version: '',
        fields,
        body: (await allOf(message)).toString(),
        connection: sockets.get(message.socket) ?? 0,
      };
      const wish = await answer(seen);
      if (wish === 'reset') resetSocket(message.socket);
      else if (wish !== 'silence') response.writeHead(wish.status ?? 200, { ...wish.fields }).end(wish.body ?? '');
    };
    // Who breaks off has nobody to answer to.
    reply().catch(() => message.socket.destroy());
  });
  server.on('connection', (socket) => sockets.set(socket, sockets.size + 1));
  await within(once(server.listen(port, '127.0.0.1'), 'listening'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.size;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await within(once(server, 'close'), 'end of an HTTP/1 server');
    },
  };
}

async function dial(port: number, { localAddress }: ClientOptions = {}): Promise<Client> {
  const agent = new Agent({ keepAlive: true });
  const ask = async (call: Call): Promise<Answer> => {
    const { body, fields, authority = `127.0.0.1:${port}` } = call;
    const asked = request({
      agent,
      port,
      host: '127.0.0.1',
      ...(localAddress === undefined ? {} : { localAddress }),
      path: pathOf(call),
      method: methodOf(call),
      headers: { host: authority, ...fields, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    });
    asked.end(body);
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const bytes = await allOf(answer);
    const status = answer.statusCode ?? 0;
    return { outcome: outcomeOfStatus(status), status, fields: textsOf(answer), body: bytes.toString(), bytes };
  };
  return {
    call: (call = {}) => within(ask(call), 'an answer in HTTP/1'),
    async close() {
      agent.destroy();
    },
  };
}

/** In HTTP/1 and HTTP/2. */
export function pathOf({ path, service }: Call): string {
  return path ?? (service === undefined ? '/' : `/${service}`);
}

export function methodOf({ method, body }: Call): string {
  return method ?? (body === undefined ? 'GET' : 'POST');
}

export const http1: Language = { name: 'Http1', serve, dial, told: (outcome) => outcome };
