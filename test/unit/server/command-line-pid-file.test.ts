import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { removePidFile, writePidFile } from '../../../src/server/command-line/pid-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'meshloom-pid-'));
after(() => rmSync(folder, { recursive: true }));

test('the file holds the number of the process, and its folder is made', () => {
  const path = join(folder, 'run', 'meshloom.pid');
  writePidFile(path);
  assert.equal(readFileSync(path, 'utf8'), `${process.pid}\n`);
  removePidFile(path);
  assert.equal(existsSync(path), false);
  removePidFile(path);
});

test('a file that speaks of another process stays', () => {
  const path = join(folder, 'other.pid');
  writeFileSync(path, '1\n');
  removePidFile(path);
  assert.equal(readFileSync(path, 'utf8'), '1\n');
});

test('a place that cannot be written to is an error', () => {
  writeFileSync(join(folder, 'file'), '');
  assert.throws(() => writePidFile(join(folder, 'file', 'a.pid')), { code: /ENOTDIR|EEXIST/ });
});
