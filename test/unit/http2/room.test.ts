import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neutralRequest, ScriptClient } from 'meshloom/testing';
import { Http2ClientConnection } from '../../../protocols/http2/client-connection.ts';
import http2 from '../../../protocols/http2/index.ts';
import { http2Options } from '../../../protocols/http2/options.ts';
import { END_STREAM, headers, OK, rstStream, settings } from './frames.ts';
import { ClientScene } from './scene.ts';

const MAX_CONCURRENT_STREAMS = 3;

test('before the server has said how many streams it takes there is room for 100', () => {
  const client = new ScriptClient(http2);
  assert.equal(client.codec.room, 100);
  client.open();
  assert.equal(client.codec.room, 99);
});

test('room is what the server takes, less what is open', () => {
  const scene = new ClientScene({}, [MAX_CONCURRENT_STREAMS, 3]);
  assert.equal(scene.host.codec.room, 3);
  scene.ask();
  scene.host.open();
  assert.equal(scene.host.codec.room, 1);
  scene.receive(headers(1, OK, END_STREAM));
  assert.equal(scene.host.codec.room, 2);
});

test('room is what we want, where that is less', () => {
  assert.equal(new ClientScene({ max_upstream_streams: 5 }, [MAX_CONCURRENT_STREAMS, 100]).host.codec.room, 5);
  assert.equal(new ClientScene({ max_upstream_streams: 5 }).host.codec.room, 5);
  assert.equal(new ClientScene().host.codec.room, 1024);
});

test('a server that takes less than is open leaves no room, and closes nothing', () => {
  const scene = new ClientScene();
  const asked = [scene.ask(), scene.ask()];
  scene.receive(settings([MAX_CONCURRENT_STREAMS, 1]));
  assert.equal(scene.host.codec.room, 0);
  scene.receive(headers(1, OK, END_STREAM));
  assert.equal(scene.host.codec.room, 0);
  scene.receive(headers(3, OK, END_STREAM));
  assert.equal(scene.host.codec.room, 1);
  assert.ok(asked.every(({ handler }) => handler.fault === undefined));
});

test('the owner hears that there is room when a stream is over, however it ended, and when the server takes more', () => {
  const scene = new ClientScene({}, [MAX_CONCURRENT_STREAMS, 1]);
  const { host } = scene;
  const heard = (what: () => void): number => {
    const before = host.rooms;
    what();
    return host.rooms - before;
  };
  scene.ask();
  assert.equal(
    heard(() => scene.receive(headers(1, OK, END_STREAM))),
    1,
  );
  scene.ask();
  assert.equal(
    heard(() => scene.receive(rstStream(3, 'CANCEL'))),
    1,
  );
  const { stream } = scene.ask();
  assert.equal(
    heard(() => stream.reset({ code: 'cancelled', origin: 'local', processed: 'maybe', detail: '' })),
    1,
  );
  scene.ask();
  assert.equal(
    heard(() => scene.receive(settings([MAX_CONCURRENT_STREAMS, 2]))),
    1,
  );
});

test('when ids run out there is no room for good, and the connection closes after its last stream', () => {
  const host = new ScriptClient({ ...http2, client: (owner) => new Http2ClientConnection(owner, http2Options({}), 0x7fff_fffd) });
  host.start();
  host.receive(settings());
  assert.equal(host.codec.room, 2);
  const first = host.open();
  first.stream.sendHead(neutralRequest(), true);
  assert.equal(host.codec.room, 1);
  const last = host.open();
  last.stream.sendHead(neutralRequest(), true);
  assert.equal(host.codec.room, 0);
  assert.ok(host.journal.take().some(({ words }) => words === 'go-away'));
  host.receive(headers(0x7fff_fffd, OK, END_STREAM));
  host.receive(headers(0x7fff_ffff, OK, END_STREAM));
  assert.equal(last.handler.head?.code, 200);
  assert.equal(host.codec.room, 0);
  assert.equal(host.state, 'closed');
});
