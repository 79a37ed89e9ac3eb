import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, Socket } from 'node:net';
import { type Mock, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault } from '../../src/base/fault.ts';
import type { Connection } from '../../src/net/connection.ts';
import { dial } from '../../src/net/dialer.ts';
import { Random } from '../support/random.ts';
import { Ear, listen, plainSocket, readAll, timerWheel } from './net-support/loopback.ts';

const REASON = fault('cancelled', 'local', 'maybe', 'not wanted');

test('both ends talk, and each can end its own direction first', { timeout: 10_000 }, async (context) => {
  const { listener, timers, accepted } = await listen(context);
  const arrival = accepted();
  const client = new Ear(dial({ address: listener.address, timers }));
  client.connection.write(Buffer.from('question'));
  client.connection.end();
  const server = await arrival;
  await server.until(() => server.ends === 1);
  assert.equal(server.text, 'question');
  assert.equal(client.connects, 1);
  server.connection.write(Buffer.from('answer'));
  await client.until(() => client.text === 'answer');
  server.connection.end();
  assert.deepEqual(
    [await client.closed(), await server.closed()].map(({ code, origin }) => [code, origin]),
    [
      ['closed', 'upstream'],
      ['closed', 'downstream'],
    ],
  );
  assert.equal(client.ends, 1);
});

test('the addresses of both ends agree', { timeout: 10_000 }, async (context) => {
  for (const address of ['127.0.0.1:0', ':0']) {
    const { listener, timers, accepted } = await listen(context, { address });
    const arrival = accepted();
    const port = listener.address.slice(listener.address.lastIndexOf(':') + 1);
    const client = new Ear(dial({ address: `127.0.0.1:${port}`, timers }));
    const server = await arrival;
    await client.until(() => client.connects === 1);
    assert.match(client.connection.localAddress, /^127\.0\.0\.1:\d+$/);
    assert.equal(server.connection.remoteAddress, client.connection.localAddress);
    assert.equal(server.connection.localAddress, `127.0.0.1:${port}`);
    assert.equal(client.connection.remoteAddress, `127.0.0.1:${port}`);
    client.connection.destroy(REASON);
  }
});

/** What libuv is told by all sockets, whichever way they take to it. */
function mockHandles(context: TestContext, socket: Socket): readonly Mock<(request: object | null) => number>[] {
  const { _handle } = socket as unknown as { _handle: object };
  const methods = Object.getPrototypeOf(_handle) as Record<'writeBuffer' | 'writev', (request: object | null) => number>;
  return [context.mock.method(methods, 'writeBuffer'), context.mock.method(methods, 'writev')];
}

test('fifty writes in one turn are one system call', { timeout: 10_000 }, async (context) => {
  const { listener, accepted } = await listen(context);
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  const handles = mockHandles(context, socket);
  for (const size of [10, 1_000]) {
    for (let n = 0; n < 50; n++) server.connection.write(Buffer.alloc(size));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(
      handles.reduce((sum, { mock }) => sum + mock.callCount(), 0),
      1,
      `of ${size} bytes each`,
    );
    for (const { mock } of handles) mock.resetCalls();
  }
  let received = 0;
  for await (const chunk of socket) {
    received += chunk.length;
    if (received === 50 * 1_010) break;
  }
});

test('a write goes past the stream that Node makes of a socket, where that saves something', { timeout: 10_000 }, async (context) => {
  const { listener, accepted } = await listen(context);
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  const [writeBuffer] = mockHandles(context, socket);
  socket.write(Buffer.from('by Node'));
  // Where Node itself makes a request for every write, we do not.
  const saves = writeBuffer!.mock.calls[0]!.arguments[0] !== null;
  const ofStream = context.mock.method(Socket.prototype, '_write');
  server.connection.write(Buffer.from('by us'));
  await once(socket, 'data');
  // What this process prints goes through sockets, too.
  const calls = ofStream.mock.calls.filter((call) => (call.this as Socket).remotePort === socket.localPort);
  assert.equal(calls.length, saves ? 0 : 1);
});

test('small and large writes reach a slow reader in their order, and the writer hears when to go on', {
  timeout: 20_000,
}, async (context) => {
  const { listener, accepted } = await listen(context, { highWatermark: 50_000 });
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  const random = new Random(17);
  const sent = createHash('sha256');
  let left = 400;
  const writeOn = (): void => {
    while (left > 0 && server.connection.writable) {
      left--;
      // One buffer a turn or several, in one piece or as a list.
      const bytes = Buffer.alloc(random.below(2) === 0 ? 1 + random.below(300) : 1 + random.below(100_000), left % 251);
      sent.update(bytes);
      server.connection.write(bytes);
      if (random.below(3) === 0) {
        setImmediate(writeOn);
        return;
      }
    }
    if (left === 0) server.connection.end();
  };
  server.onDrain = () => {
    server.drains++;
    writeOn();
  };
  writeOn();
  const received = createHash('sha256');
  let chunks = 0;
  for await (const chunk of socket) {
    received.update(chunk);
    if (++chunks % 50 === 0) await sleep(5);
  }
  assert.equal(received.digest('hex'), sent.digest('hex'));
  assert.ok(server.drains > 10, `${server.drains} times`);
  assert.equal(server.connection.queuedBytes, 0);
});

test('no two chunks that a socket delivers share a byte of memory, so that each may be patched in place', {
  timeout: 10_000,
}, async (context) => {
  const { listener, accepted } = await listen(context);
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  for (let n = 0; n < 40; n++) {
    socket.write(Buffer.alloc(n % 2 === 0 ? 20 : 20_000));
    const expected = server.chunks.length + 1;
    await server.until(() => server.chunks.length >= expected);
  }
  for (const [n, chunk] of server.chunks.entries()) chunk.fill(n);
  for (const [n, chunk] of server.chunks.entries()) assert.ok(chunk.every((byte) => byte === n));
});

test('a small read of an accepted socket takes no memory of its own', { timeout: 10_000 }, async (context) => {
  const { listener, accepted } = await listen(context);
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  socket.write('twenty bytes of body');
  await server.until(() => server.chunks.length === 1);
  // Of Node's own making it would be these bytes alone.
  assert.ok(server.chunks[0]!.buffer.byteLength >= Buffer.poolSize);
});

test('a peer that resets is a fault, and a destroyed connection resets its peer', { timeout: 10_000 }, async (context) => {
  const { listener, accepted } = await listen(context);
  const first = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const reset = await first;
  socket.resetAndDestroy();
  const { code, origin, processed } = await reset.closed();
  assert.deepEqual([code, origin, processed], ['reset', 'downstream', 'maybe']);

  const second = accepted();
  const { socket: victim, errors } = await plainSocket(context, listener.address);
  const closed = new Promise((resolve) => victim.once('close', resolve));
  (await second).connection.destroy(REASON);
  await closed;
  assert.match(String(errors[0]), /ECONNRESET/);
});

test('hundreds of peers that reset at any moment end neither the process nor the listener', { timeout: 20_000 }, async (context) => {
  const { listener, ears } = await listen(context);
  const clients = await Promise.all(Array.from({ length: 300 }, () => plainSocket(context, listener.address)));
  while (ears.length < clients.length) await sleep(1);
  for (const [n, { socket }] of clients.entries()) {
    socket.write(Buffer.alloc(n * 500));
    if (n % 3 === 0) socket.resetAndDestroy();
    else setTimeout(() => socket.resetAndDestroy(), n % 50);
  }
  const writing = setInterval(() => {
    for (const { connection } of ears) connection.write(Buffer.alloc(10_000));
  }, 1);
  await Promise.all(ears.map((ear) => ear.closed()));
  clearInterval(writing);
  assert.deepEqual(new Set(ears.map(({ faults }) => faults.length)), new Set([1]));
  await plainSocket(context, listener.address);
});

test('the last answer reaches a client that is still sending', { timeout: 20_000 }, async (context) => {
  const { listener, accepted } = await listen(context);
  for (let round = 0; round < 20; round++) {
    const arrival = accepted();
    const { socket, errors } = await plainSocket(context, listener.address);
    // Half a megabyte, of which the server reads the beginning only. The client listens when it has said everything.
    socket.write(Buffer.alloc(500_000));
    const server = await arrival;
    await server.until(() => server.chunks.length > 0);
    server.connection.write(Buffer.from('413 too large'));
    server.connection.close();
    await sleep(2);
    socket.end(Buffer.alloc(50_000));
    assert.equal(await readAll(socket), '413 too large');
    assert.deepEqual(errors, []);
    assert.equal((await server.closed()).code, 'closed');
  }
});

test('a client that never ends is cut off after the linger time, its answer delivered', { timeout: 10_000 }, async (context) => {
  const { listener, accepted } = await listen(context, { lingerMs: 100, lingerBytes: 10_000 });
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  const answer = readAll(socket);
  const chatter = setInterval(() => socket.write(Buffer.alloc(10_000)), 1);
  server.connection.write(Buffer.from('408 too slow'));
  const start = performance.now();
  server.connection.close();
  await server.closed();
  clearInterval(chatter);
  const took = performance.now() - start;
  assert.ok(took >= 100 && took < 2_000, `${took} ms`);
  assert.equal(await answer, '408 too slow');
});

test('a long answer to a slow reader is not cut off by close', { timeout: 20_000 }, async (context) => {
  const { listener, accepted } = await listen(context, { lingerMs: 200 });
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const server = await arrival;
  const size = 16 * 1024 * 1024;
  server.connection.write(Buffer.alloc(size));
  server.connection.close();
  let received = 0;
  // Longer in all than the linger time, but never so long without reading.
  const start = performance.now();
  for await (const chunk of socket) {
    received += chunk.length;
    if (Math.floor(received / 2_000_000) !== Math.floor((received - chunk.length) / 2_000_000)) await sleep(60);
  }
  assert.equal(received, size);
  assert.ok(performance.now() - start > 400);
});

test('a reader that stopped for good does not keep a closing connection', { timeout: 20_000 }, async (context) => {
  const { listener, accepted } = await listen(context, { lingerMs: 200 });
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  socket.pause();
  const server = await arrival;
  server.connection.write(Buffer.alloc(32 * 1024 * 1024));
  server.connection.close();
  assert.equal((await server.closed()).code, 'timeout');
});

test('a relay with backpressure keeps its queue under the watermark and every byte in its place', { timeout: 60_000 }, async (context) => {
  const sink = createServer({ allowHalfOpen: true });
  const hash = createHash('sha256');
  let received = 0;
  const done = new Promise<void>((resolve) => {
    sink.on('connection', (socket) => {
      socket.on('data', (chunk) => {
        hash.update(chunk);
        received += chunk.length;
        socket.pause();
        setTimeout(() => socket.resume(), received % 3);
      });
      socket.on('end', () => {
        socket.end('thanks');
        resolve();
      });
    });
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  context.after(() => sink.close());
  const address = sink.address();
  assert.ok(address !== null && typeof address === 'object');

  const highWatermark = 100_000;
  const { listener, timers, accepted } = await listen(context, { highWatermark });
  const arrival = accepted();
  const { socket } = await plainSocket(context, listener.address);
  const downstream = await arrival;
  const upstream = new Ear(dial({ address: `127.0.0.1:${address.port}`, timers, highWatermark }));
  let mostQueued = 0;
  relay(downstream, upstream.connection, () => {
    mostQueued = Math.max(mostQueued, upstream.connection.queuedBytes);
  });
  relay(upstream, downstream.connection, () => {});

  const expected = createHash('sha256');
  const size = 48 * 1024 * 1024;
  const answer = readAll(socket);
  for (let sent = 0; sent < size; sent += 1_000_000) {
    const chunk = Buffer.alloc(Math.min(1_000_000, size - sent), sent / 1_000_000 + 1);
    expected.update(chunk);
    if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
  }
  socket.end();
  await done;
  assert.equal(received, size);
  assert.equal(hash.digest('hex'), expected.digest('hex'));
  assert.equal(await answer, 'thanks');
  assert.ok(upstream.drains > 0, 'it was full at times');
  // What passes the mark is at most the chunk that was being read.
  assert.ok(mostQueued <= highWatermark + 65_536, `${mostQueued} bytes queued`);
});

function relay(from: Ear, to: Connection, measure: () => void): void {
  let stalled = false;
  from.onRead = (chunk) => {
    to.write(chunk);
    measure();
    if (!to.writable && !stalled) {
      stalled = true;
      from.connection.pause();
      void drained();
    }
  };
  from.onReadEnd = () => to.end();
  const drained = async (): Promise<void> => {
    const ear = to.owner;
    assert.ok(ear instanceof Ear);
    await ear.until(() => to.writable || ear.faults.length > 0);
    stalled = false;
    from.connection.resume();
  };
}

test('who does not listen refuses: nothing was sent', { timeout: 10_000 }, async (context) => {
  const timers = timerWheel(context);
  const { listener } = await listen(context);
  const { address } = listener;
  await listener.close();
  for (const [to, detail] of [
    [address, /ECONNREFUSED/],
    ['/nowhere/at/all.sock', /ENOENT/],
    ['no address', /"no address" has no port/],
    ['name.invalid:80', /ENOTFOUND|EAI_AGAIN/],
  ] as const) {
    const ear = new Ear(dial({ address: to, timers }));
    ear.connection.write(Buffer.from('request'));
    const { code, origin, processed, detail: said } = await ear.closed();
    assert.deepEqual([code, origin, processed], ['connect-failed', 'upstream', 'no'], to);
    assert.match(said, detail);
    assert.equal(ear.connects, 0);
  }
});

test('names are looked up', { timeout: 10_000 }, async (context) => {
  const { listener, timers, accepted } = await listen(context);
  const arrival = accepted();
  const port = listener.address.slice(listener.address.lastIndexOf(':') + 1);
  const ear = new Ear(dial({ address: `localhost:${port}`, timers }));
  await ear.until(() => ear.connects === 1);
  ear.connection.write(Buffer.from('hello'));
  const server = await arrival;
  await server.until(() => server.text === 'hello');
  ear.connection.destroy(REASON);
});
