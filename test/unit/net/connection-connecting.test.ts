import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Scene, scene, turn } from './script-socket.ts';

function dialled(): Scene {
  return scene({ remoteAddress: '192.0.2.9:80' }, (socket) => {
    socket.connecting = true;
  });
}

function connect({ socket }: Scene): void {
  socket.connecting = false;
  socket.emit('connect');
}

test('what is written while connecting leaves in one call when the connection is there', async () => {
  const dial = dialled();
  dial.connection.write(Buffer.from('a'));
  await turn();
  dial.connection.write(Buffer.from('b'));
  await turn();
  assert.equal(dial.socket.calls.length, 0);
  connect(dial);
  await turn();
  assert.deepEqual([dial.socket.sent, dial.socket.calls.length], ['ab', 1]);
  assert.deepEqual(dial.journal.lines, ['connect']);
});

test('the queue of a connection that is not there yet has the same limit, and drains', async () => {
  const dial = dialled();
  dial.connection.write(Buffer.alloc(1_000));
  assert.equal(dial.connection.writable, false);
  connect(dial);
  await turn();
  assert.deepEqual(dial.journal.lines, ['connect', 'drain']);
});

test('end before the connection is there sends FIN behind what was written', async () => {
  const dial = dialled();
  dial.connection.write(Buffer.from('all'));
  dial.connection.end();
  await turn();
  assert.equal(dial.socket.finSent, false);
  connect(dial);
  await turn();
  assert.deepEqual([dial.socket.sent, dial.socket.finSent], ['all', true]);
  assert.deepEqual(dial.journal.lines, ['connect']);
});

test('a connection that cannot be made has failed without having done anything', async () => {
  const dial = dialled();
  dial.connection.limitConnecting(1_000);
  dial.socket.fail('ECONNREFUSED');
  await turn();
  assert.deepEqual(dial.journal.lines, ['close connect-failed upstream no: read ECONNREFUSED']);
  assert.equal(dial.timers.scheduled, 0);
});

test('of several addresses that failed each is named', async () => {
  const dial = dialled();
  dial.socket.destroy(new AggregateError([new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED 127.0.0.1:80')]));
  await turn();
  assert.deepEqual(dial.journal.lines, [
    'close connect-failed upstream no: connect ECONNREFUSED ::1:80, connect ECONNREFUSED 127.0.0.1:80',
  ]);
});

test('connecting takes the connect timeout at most', async () => {
  const dial = dialled();
  dial.connection.limitConnecting(1_000);
  dial.timers.advance(999);
  await turn();
  assert.deepEqual(dial.journal.lines, []);
  dial.timers.advance(1);
  await turn();
  assert.deepEqual(dial.journal.lines, ['close timeout upstream no: 192.0.2.9:80 did not accept in 1000 ms']);
  assert.equal(dial.socket.resets, 0, 'there is nothing to reset yet');
});

test('once connected the connect timeout is over', async () => {
  const dial = dialled();
  dial.connection.limitConnecting(1_000);
  connect(dial);
  dial.timers.advance(10_000);
  await turn();
  assert.deepEqual(dial.journal.lines, ['connect']);
});

test('to close a connection that is not there yet gives it up', async () => {
  const dial = dialled();
  dial.connection.write(Buffer.from('never sent'));
  dial.connection.close();
  await turn();
  assert.deepEqual(dial.journal.lines, ['close cancelled local no: closed before it was connected']);
  assert.equal(dial.socket.sent, '');
});

test('a TLS connection is there when its handshake is done', async () => {
  const dial = scene({ secure: true }, (socket) => {
    socket.connecting = true;
  });
  assert.equal(dial.connection.secure, true);
  connect(dial);
  assert.deepEqual(dial.journal.lines, []);
  dial.socket.emit('trusted');
  assert.deepEqual(dial.journal.lines, ['connect']);
});

test('addresses are those of the socket, or what was known without asking it', async () => {
  const asked = scene().connection;
  assert.deepEqual([asked.remoteAddress, asked.localAddress], ['192.0.2.1:4711', '192.0.2.2:80']);
  const mapped = scene({}, (socket) => {
    socket.remoteAddress = '::ffff:192.0.2.7';
    socket.localAddress = '2001:db8::1';
  }).connection;
  assert.deepEqual([mapped.remoteAddress, mapped.localAddress], ['192.0.2.7:4711', '[2001:db8::1]:80']);
  const known = scene({ remoteAddress: '/run/a.sock', localAddress: '/run/b.sock' }).connection;
  assert.deepEqual([known.remoteAddress, known.localAddress], ['/run/a.sock', '/run/b.sock']);
  const gone = scene({}, (socket) => {
    socket.remoteAddress = undefined;
    socket.localAddress = undefined;
  }).connection;
  assert.deepEqual([gone.remoteAddress, gone.localAddress], ['', '']);
});

test('addresses that were known stay known when the socket is gone', async () => {
  const { socket, connection } = scene();
  assert.equal(connection.localAddress, '192.0.2.2:80');
  socket.fail('ECONNRESET');
  socket.remoteAddress = undefined;
  socket.localAddress = undefined;
  await turn();
  assert.deepEqual([connection.remoteAddress, connection.localAddress], ['192.0.2.1:4711', '192.0.2.2:80']);
});
