import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile, type LogFileOptions } from '../../src/base/log-file.ts';

function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'log-file-'));
  test.after(() => rmSync(path, { recursive: true }));
  return path;
}

function logFile(test: TestContext, path: string, options: LogFileOptions = {}): { log: LogFile; reports: string[] } {
  const reports: string[] = [];
  const log = new LogFile(path, { report: (message) => reports.push(message), ...options });
  test.after(() => log.close());
  return { log, reports };
}

/** The disk has a time of its own. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 500, `still not: ${condition}`);
    await sleep(10);
  }
}

const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');

test('lines are added to what the file holds, in their order, and its folder is made', async (context) => {
  const path = join(folder(context), 'logs', 'access.log');
  const { log, reports } = logFile(context, path);
  log.write('first\n');
  await until(() => readFileSync(path, 'utf8') === 'first\n');
  log.close();
  const again = logFile(context, path).log;
  for (let at = 0; at < 50_000; at++) again.write(`line ${at}\n`);
  await until(() => readFileSync(path, 'utf8') === `first\n${lines(0, 50_000)}`);
  assert.equal(again.linesLost, 0);
  assert.deepEqual(reports, []);
});

test('what was written before close is in the file, what comes after is not', async (context) => {
  const path = join(folder(context), 'access.log');
  const { log } = logFile(context, path);
  for (let at = 0; at < 30_000; at++) log.write(`line ${at}\n`);
  log.close();
  log.close();
  log.write('too late\n');
  log.reopen();
  await until(() => readFileSync(path, 'utf8').length >= lines(0, 30_000).length);
  await sleep(150);
  assert.equal(readFileSync(path, 'utf8'), lines(0, 30_000));
});

test('after the file was renamed reopen goes on in a new one, and no line is split or lost', async (context) => {
  const path = join(folder(context), 'access.log');
  const { log } = logFile(context, path);
  let written = 0;
  for (let turn = 0; turn < 5; turn++) {
    for (let n = 0; n < 20_000; n++) log.write(`line ${written++}\n`);
    renameSync(path, `${path}.${turn}`);
    log.reopen();
    // Not in the middle of what is being written.
    await until(() => existsSync(path));
  }
  log.write('last\n');
  const names = [0, 1, 2, 3, 4].map((turn) => `${path}.${turn}`).concat(path);
  const contents = (): string[] => names.map((name) => readFileSync(name, 'utf8'));
  await until(() => contents().join('').endsWith('last\n'));
  assert.equal(contents().join(''), `${lines(0, written)}last\n`);
  for (const content of contents()) assert.match(content, /^(line \d+\n)*(last\n)?$/);
});

test('a device is written to, and stays one', async (context) => {
  const { log, reports } = logFile(context, '/dev/null');
  log.write('nobody reads this\n');
  log.reopen();
  log.write('nor this\n');
  await sleep(200);
  assert.ok(lstatSync('/dev/null').isCharacterDevice());
  assert.deepEqual(reports, []);
});

test('a pipe without a reader keeps its lines until there is one, and says so once', async (context) => {
  const path = join(folder(context), 'pipe');
  execFileSync('mkfifo', [path]);
  const { log, reports } = logFile(context, path);
  log.write('one\n');
  await sleep(250);
  log.write('two\n');
  assert.equal(reports.length, 1);
  assert.match(reports[0]!, /ENXIO/);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  await until(() => reports.length === 2);
  const buffer = Buffer.alloc(100);
  assert.equal(buffer.toString('utf8', 0, readSync(reader, buffer)), 'one\ntwo\n');
  assert.match(reports[1]!, /written to again; 0 lines have been lost/);
  assert.ok(lstatSync(path).isFIFO());
  closeSync(reader);
});

test('a pipe that nobody reads from is closed all the same, and it is said that lines are lost', async (context) => {
  const path = join(folder(context), 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const { log, reports } = logFile(context, path);
  for (let at = 0; at < 50_000; at++) log.write(`line ${at}\n`);
  log.close();
  await until(() => reports.length === 1);
  assert.match(reports[0]!, /closed with lines that could not be written/);
  closeSync(reader);
});

test('at the limit all is kept, one character past it the line is lost and counted', (context) => {
  const path = folder(context);
  const { log, reports } = logFile(context, path, { maxQueuedCharacters: 10 });
  assert.match(reports[0]!, /EISDIR/, 'a folder cannot be opened as a file, but nothing is thrown');
  log.write('12345\n');
  log.write('123\n');
  assert.equal(log.linesLost, 0);
  log.write('\n');
  assert.equal(log.linesLost, 1);
  assert.equal(reports.length, 1, 'one trouble is reported once');
});

test('a disabled log loses what it is given until it is enabled', async (context) => {
  const path = join(folder(context), 'access.log');
  const { log } = logFile(context, path);
  log.enabled = false;
  log.write('lost\n');
  log.enabled = true;
  log.write('kept\n');
  await until(() => readFileSync(path, 'utf8') === 'kept\n');
  assert.equal(log.linesLost, 0);
});

for (const name of ['stdout', '/dev/stdout']) {
  test(`${name} gets all lines, also when the process exits at once`, (context) => {
    const program = join(folder(context), 'program.mjs');
    writeFileSync(
      program,
      `import { LogFile } from ${JSON.stringify(new URL('../../src/base/log-file.js', import.meta.url).href)};
       const log = new LogFile(${JSON.stringify(name)});
       for (let at = 0; at < 100_000; at++) log.write('line ' + at + '\\n');
       log.reopen();
       process.exit(3);`,
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, [program], { encoding: 'utf8', maxBuffer: 1e7, timeout: 20_000 });
    assert.equal(stderr, '');
    assert.equal(status, 3);
    assert.equal(stdout.length, lines(0, 100_000).length);
    assert.deepEqual(stdout.split('\n').sort(), lines(0, 100_000).split('\n').sort());
  });
}

test('a file gets all lines when the process ends by itself or by an exception', (context) => {
  for (const [ending, expected] of [
    ['', 0],
    ["throw new Error('a bug')", 1],
  ] as const) {
    const path = join(folder(context), 'access.log');
    const program = join(folder(context), 'program.mjs');
    writeFileSync(
      program,
      `import { LogFile } from ${JSON.stringify(new URL('../../src/base/log-file.js', import.meta.url).href)};
       new LogFile(${JSON.stringify(path)}).write('last words\\n');
       ${ending}`,
    );
    assert.equal(spawnSync(process.execPath, [program], { timeout: 20_000 }).status, expected);
    assert.equal(readFileSync(path, 'utf8'), 'last words\n');
  }
});
