import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { Connection } from '../../../src/net/connection.ts';
import { type ConnectionSettings, connectionLimits } from '../../../src/net/connection-settings.ts';
import { Gate } from '../../../src/net/gate.ts';
import { type ConnectionEnds, PLAIN_ACCEPTOR } from '../../../src/net/socket-acceptor.ts';
import { ScriptSocket, socketOf } from './script-socket.ts';

const SETTINGS: ConnectionSettings = {
  ...connectionLimits({}),
  origin: 'downstream',
  timers: new ManualTimers(),
  secure: false,
  canReset: true,
};

/** What comes of a socket at a gate that refuses who is called `refused`. */
function pass(socket: ScriptSocket, settings = SETTINGS, ends?: ConnectionEnds) {
  const refused: string[] = [];
  const accepted: Connection[] = [];
  const gate = new Gate(
    {
      admit: ({ remoteAddress }) => (remoteAddress === '192.0.2.66:6' ? 'unwanted' : undefined),
      onRefused: ({ remoteAddress, localAddress }, why) => refused.push(`${remoteAddress} ${localAddress} ${why}`),
    },
    PLAIN_ACCEPTOR,
  );
  gate.accept(socketOf(socket), settings, (connection) => accepted.push(connection), ends);
  return { refused, accepted };
}

test('who may come in is a connection, as whoever the listener or a proxy before us says', () => {
  const plain = pass(new ScriptSocket());
  assert.deepEqual(
    plain.accepted.map(({ remoteAddress, localAddress }) => [remoteAddress, localAddress]),
    [['192.0.2.1:4711', '192.0.2.2:80']],
  );
  const ends = { remoteAddress: '198.51.100.1:1', localAddress: '198.51.100.2:2' };
  const { accepted } = pass(new ScriptSocket(), SETTINGS, ends);
  assert.deepEqual(
    accepted.map(({ remoteAddress, localAddress }) => ({ remoteAddress, localAddress })),
    [ends],
  );
});

test('who may not is reset, by the address of the socket or by the one that a proxy says', () => {
  const socket = new ScriptSocket();
  socket.remoteAddress = '192.0.2.66';
  socket.remotePort = 6;
  assert.deepEqual(pass(socket), { refused: ['192.0.2.66:6 192.0.2.2:80 unwanted'], accepted: [] });
  assert.equal(socket.resets, 1);
  const said = new ScriptSocket();
  const ends = { remoteAddress: '192.0.2.66:6', localAddress: '192.0.2.7:7' };
  assert.deepEqual(pass(said, SETTINGS, ends).refused, ['192.0.2.66:6 192.0.2.7:7 unwanted']);
});

test('a Unix socket, which cannot be reset, is destroyed', () => {
  const socket = new ScriptSocket();
  pass(socket, { ...SETTINGS, canReset: false, remoteAddress: '192.0.2.66:6' });
  assert.deepEqual([socket.resets, socket.destroyed], [0, true]);
});
