import assert from 'node:assert/strict';
import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { FileWatch, versionOf } from '../../../src/filter/builtin/script/file-watch.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { until } from '../../support/deadline.ts';

const path = join(temporaryFolder('watch'), 'file');

function write(text: string, second: number): void {
  writeFileSync(path, text);
  utimesSync(path, second, second);
}

test('a file is another one when it was written after it was loaded, once for each time', async () => {
  const timers = new ManualTimers();
  write('one', 1);
  const loaded = await versionOf(path);
  // Before anybody has looked.
  write('two', 2);
  let changes = 0;
  const watch = new FileWatch(path, loaded, timers, () => changes++);
  const look = async () => {
    timers.advance(500);
    // Whoever looks asks for another look when it is done.
    await until(() => timers.scheduled === 1, 'the look at the file');
  };
  timers.advance(499);
  assert.equal(changes, 0);
  timers.advance(1);
  await until(() => timers.scheduled === 1, 'the first look');
  assert.equal(changes, 1);
  await look();
  assert.equal(changes, 1);
  rmSync(path);
  await look();
  assert.equal(changes, 1);
  write('three', 3);
  await look();
  assert.equal(changes, 2);
  write('four', 4);
  timers.advance(500);
  watch.close();
  assert.equal(timers.scheduled, 0);
  await versionOf(path);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([changes, timers.scheduled], [2, 0]);
});
