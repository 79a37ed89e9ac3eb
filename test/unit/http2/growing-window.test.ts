/** A stream whose bytes are passed on as they come need not wait for our WINDOW_UPDATE. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { data, headers, POST, rstStream } from './frames.ts';
import { ServerScene } from './scene.ts';

const growing = { stream_window_bytes: 100_000, max_stream_window_bytes: 350_000, connection_window_bytes: 1_000_000 };
const upload = (scene: ServerScene, id: number, frames: number): void => {
  for (let left = frames; left > 0; left--) scene.receive(data(id, Buffer.alloc(10_000)));
};
const updates = (scene: ServerScene): string[] => scene.sent().filter((line) => !line.startsWith('WINDOW_UPDATE 0'));

test('a stream gets a window twice as large with each half that it has used, up to max_stream_window_bytes', () => {
  const scene = new ServerScene(growing);
  scene.receive(headers(1, POST));
  upload(scene, 1, 5);
  assert.deepEqual(updates(scene), ['WINDOW_UPDATE 1 150000']);
  upload(scene, 1, 10);
  assert.deepEqual(updates(scene), ['WINDOW_UPDATE 1 250000']);
  upload(scene, 1, 18);
  assert.deepEqual(updates(scene), ['WINDOW_UPDATE 1 180000']);
  scene.last.stream.pause();
  upload(scene, 1, 35);
  assert.equal(scene.host.state, 'open');
  scene.receive(data(1, 'x'));
  assert.deepEqual(updates(scene), ['RST_STREAM 1 FLOW_CONTROL_ERROR']);
});

test('a stream gets four times the window that it begins with, where nobody says another', () => {
  const scene = new ServerScene({ stream_window_bytes: 100_000, connection_window_bytes: 1_000_000 });
  scene.receive(headers(1, POST));
  upload(scene, 1, 55);
  const given = updates(scene).reduce((sum, line) => sum + Number(line.split(' ')[2]), 0);
  assert.equal(given, 550_000 + 300_000);
});

test('a stream keeps the window that it has while it is paused at times', () => {
  const scene = new ServerScene(growing);
  scene.receive(headers(1, POST));
  for (let round = 0; round < 4; round++) {
    scene.last.stream.pause();
    upload(scene, 1, 5);
    scene.last.stream.resume();
    assert.deepEqual(updates(scene), ['WINDOW_UPDATE 1 50000']);
  }
});

test('a stream leaves nothing for others to grow by before it is over', () => {
  const scene = new ServerScene(growing);
  scene.receive(headers(1, POST), headers(3, POST));
  upload(scene, 1, 33);
  scene.sent();
  upload(scene, 3, 5);
  assert.deepEqual(updates(scene), ['WINDOW_UPDATE 3 50000']);
  scene.receive(rstStream(1, 'CANCEL'));
  upload(scene, 3, 5);
  assert.deepEqual(updates(scene), ['WINDOW_UPDATE 3 150000']);
});
