/** Bodies of any size pass through in constant memory, and a peer that does not read holds up nobody but itself. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { until, within } from '../support/deadline.ts';
import { Meshloom } from '../support/meshloom.ts';
import { isPatternAt, patternAt, patternStream } from '../support/pattern.ts';
import { residentKib } from '../support/process-cost.ts';

/** Many times what may be held on the way. */
const SIZE = 200_000_000;
/** Node 26 lets more garbage gather. */
const NODE = Number.parseInt(process.versions.node, 10);
/** What a few sockets' buffers, watermarks and the garbage between two collections may take. */
const MOST_KIB = (NODE < 26 ? 64 : 96) * 1024;
const MINUTE = 60_000;

describe('Memory', () => {
  let backend: Server;
  let proxy: Meshloom;
  /** How much of the bulk body the backend has handed to its socket. */
  let sent = 0;

  before(async () => {
    backend = createServer(async (incoming, response) => {
      if (incoming.method === 'POST') {
        let received = 0;
        let intact = true;
        for await (const part of incoming as AsyncIterable<Buffer>) {
          intact &&= isPatternAt(received, part);
          received += part.length;
        }
        response.end(`${received} ${intact}`);
      } else if (incoming.url === '/small') {
        response.end('small');
      } else {
        sent = 0;
        response.writeHead(200, { 'content-length': SIZE });
        const more = (): void => {
          while (sent < SIZE && !response.destroyed) {
            const part = patternAt(sent, SIZE - sent);
            sent += part.length;
            if (!response.write(part)) return;
          }
          response.end();
        };
        response.on('drain', more);
        more();
      }
    });
    backend.listen(0, '127.0.0.1');
    await once(backend, 'listening');
    proxy = await Meshloom.start({ hosts: [`127.0.0.1:${(backend.address() as AddressInfo).port}`] });
    await get('/small');
  });
  after(async () => {
    await proxy.stop();
    backend.close();
    backend.closeAllConnections();
  });

  async function get(path: string): Promise<IncomingMessage> {
    const asking = request({ port: proxy.port, host: '127.0.0.1', path, agent: false }).end();
    const [response] = (await within(once(asking, 'response'), `answer to ${path}`)) as [IncomingMessage];
    if (path === '/small') response.resume();
    return response;
  }

  /** How much Meshloom's memory grows at most while `work` lasts, in KiB. */
  async function growth(work: () => Promise<unknown>): Promise<number> {
    const before = residentKib(proxy.child.pid);
    let highest = before;
    const sampler = setInterval(() => {
      highest = Math.max(highest, residentKib(proxy.child.pid));
    }, 20);
    try {
      await work();
    } finally {
      clearInterval(sampler);
    }
    return highest - before;
  }

  test('200 MB come down whole in constant memory', async () => {
    const grown = await growth(async () => {
      let received = 0;
      for await (const part of (await get('/bulk')) as AsyncIterable<Buffer>) {
        if (!isPatternAt(received, part)) assert.fail(`a wrong byte after ${received}`);
        received += part.length;
      }
      assert.equal(received, SIZE);
    });
    assert.ok(grown < MOST_KIB, `${grown} KiB`);
  });

  for (const framing of ['content-length', 'chunked'] as const) {
    test(`200 MB go up whole in constant memory (${framing})`, async () => {
      const grown = await growth(async () => {
        const headers = framing === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': SIZE };
        const asking = request({ port: proxy.port, host: '127.0.0.1', method: 'POST', agent: false, headers });
        patternStream(SIZE).pipe(asking);
        const [response] = (await within(once(asking, 'response'), 'answer', MINUTE)) as [IncomingMessage];
        const text = Buffer.concat(await response.toArray()).toString();
        assert.equal(text, `${SIZE} true`);
      });
      assert.ok(grown < MOST_KIB, `${grown} KiB`);
    });
  }

  test('a client that does not read stops the upstream, not the others, and gets everything when it reads again', async () => {
    const response = await get('/bulk');
    const grown = await growth(async () => {
      // Nothing is read here: what the backend can send is what lies in the buffers on the way.
      let last = -1;
      await until(
        async () => {
          const stalled = sent === last;
          last = sent;
          await wait(200);
          return stalled;
        },
        'a stalled upstream',
        MINUTE,
      );
      assert.ok(sent < SIZE / 2, `${sent} bytes were sent to a client that reads none`);
      await Promise.all(Array.from({ length: 20 }, () => get('/small')));
    });
    assert.ok(grown < MOST_KIB, `${grown} KiB`);
    let received = 0;
    for await (const part of response as AsyncIterable<Buffer>) {
      if (!isPatternAt(received, part)) assert.fail(`a wrong byte after ${received}`);
      received += part.length;
    }
    assert.equal(received, SIZE);
  });

  test('a client that sends its head byte by byte is served', async () => {
    const socket = connect(proxy.port, '127.0.0.1').setNoDelay();
    const answer = once(socket, 'data');
    for (const byte of 'GET /small HTTP/1.1\r\nHost: a\r\n\r\n') {
      socket.write(byte);
      await wait(1);
    }
    const [bytes] = (await within(answer, 'answer')) as [Buffer];
    assert.match(bytes.toString('latin1'), /^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  test('thousands of clients that leave early leave nothing behind', async () => {
    const leave = async (): Promise<void> => {
      const socket = connect(proxy.port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write('GET /bulk HTTP/1.1\r\nHost: a\r\n\r\n');
      await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      socket.destroy();
    };
    const thousand = async (): Promise<void> => {
      for (let left = 50; left > 0; left--) await Promise.all(Array.from({ length: 20 }, leave));
    };
    // The first thousand bring the heap to the size that it needs.
    await thousand();
    const before = residentKib(proxy.child.pid);
    await thousand();
    await thousand();
    const grown = residentKib(proxy.child.pid) - before;
    assert.ok(grown < MOST_KIB / 2, `${grown} KiB after 2,000 more`);
  });
});
