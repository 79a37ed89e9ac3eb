import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Outcome } from '../../../src/protocol/head.ts';
import { outcomeOfStatus, STATUS_OF_OUTCOME } from '../../../src/protocol/outcome.ts';
import { within } from '../deadline.ts';
import { resetSocket } from '../raw-connection.ts';
import { answerFrame, callFrame, type DubboFrame, readAnswer, readCall, readFrames, STATUS_OK } from './dubbo-frames.ts';
import type { Answer, Answering, Call, Client, ClientOptions, Language, Reply, Seen, Server, ServerOptions } from './language.ts';

/** The status that a provider would answer with; the words of Dubbo are fewer than the outcomes. */
const BYTE_OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  ok: STATUS_OK,
  timeout: 31,
  'bad-request': 40,
  denied: 40,
  'too-large': 40,
  'not-found': 70,
  failed: 80,
  unavailable: 80,
  overloaded: 100,
};

const OUTCOME_OF_BYTE: Readonly<Record<number, Outcome>> = {
  [STATUS_OK]: 'ok',
  30: 'timeout',
  31: 'timeout',
  40: 'bad-request',
  70: 'not-found',
  80: 'failed',
  100: 'overloaded',
};

function seenOf(body: Buffer, connection: number): Seen {
  const { service, version, method, attachments, argument } = readCall(body);
  const fields = Object.fromEntries(Object.entries(attachments).map(([name, value]) => [name.toLowerCase(), value]));
  return { path: service, version, method, authority: fields['group'] ?? '', fields, body: argument, connection };
}

function respond(socket: Socket, id: bigint, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'reset') {
    resetSocket(socket);
    return;
  }
  const status = BYTE_OF_OUTCOME[outcomeOfStatus(reply.status ?? 200)];
  socket.write(answerFrame(id, { status, text: String(reply.body ?? ''), attachments: reply.fields ?? {} }));
}

async function serve(answer: Answering, { port = 0 }: ServerOptions = {}): Promise<Server> {
  const sockets: Socket[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = sockets.push(socket);
    socket.on('error', () => undefined);
    readFrames(socket, ({ id, body, isTwoWay }) => {
      const reply = async (): Promise<void> => {
        const wish = await answer(seenOf(body, connection));
        if (isTwoWay && !socket.destroyed) respond(socket, id, wish);
      };
      reply().catch(() => socket.destroy());
    });
  });
  await within(once(server.listen(port, '127.0.0.1'), 'listening'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.length;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await within(closed, 'end of a Dubbo server');
    },
  };
}

function answerOf(frame: DubboFrame): Answer {
  const { status, text, attachments } = readAnswer(frame);
  const outcome = OUTCOME_OF_BYTE[status] ?? 'failed';
  const fields = Object.fromEntries(Object.entries(attachments).map(([name, value]) => [name.toLowerCase(), value]));
  return { outcome, status: STATUS_OF_OUTCOME[outcome], fields, body: text, bytes: Buffer.from(text) };
}

async function dial(port: number, { localAddress }: ClientOptions = {}): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, ...(localAddress === undefined ? {} : { localAddress }) });
  await within(once(socket, 'connect'), `a Dubbo connection to ${port}`);
  const waiting = new Map<bigint, { resolve(answer: Answer): void; reject(why: Error): void }>();
  let lastId = 0n;
  readFrames(socket, (frame) => {
    waiting.get(frame.id)?.resolve(answerOf(frame));
    waiting.delete(frame.id);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the connection was broken off'));
    waiting.clear();
  });
  const ask = (call: Call): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      const { path, service = path ?? 'org.meshloom.Shop', method = 'call', version = '0.0.0', authority, fields, body = '' } = call;
      const attachments = { ...(authority === undefined ? {} : { group: authority }), ...fields };
      if (socket.destroyed) reject(new Error('the connection was broken off'));
      else socket.write(callFrame(id, { service, version, method, attachments, argument: String(body) }));
    });
  return {
    call: (call = {}) => within(ask(call), 'an answer in Dubbo'),
    async close() {
      if (socket.closed) return;
      socket.destroy();
      await within(once(socket, 'close'), 'end of a Dubbo connection');
    },
  };
}

export const dubbo: Language = {
  name: 'dubbo',
  serve,
  dial,
  told: (outcome) => OUTCOME_OF_BYTE[BYTE_OF_OUTCOME[outcome]] ?? 'failed',
};
