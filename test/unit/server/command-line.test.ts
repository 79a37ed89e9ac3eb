import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rememberScript } from '../../../src/filter/builtin/script/script-files.ts';
import { StartError } from '../../../src/server/start-error.ts';
import { ERROR, FakeProgram, settle, WARNING } from './fake-program.ts';

const run = (...words: string[]): Promise<FakeProgram> => new FakeProgram().run(...words);

function systemError(fields: object): Error {
  return Object.assign(new Error('refused'), fields);
}

test('help names every command, and is what no argument gives', async () => {
  for (const words of [[], ['help'], ['--help'], ['-h'], ['start', '-h']]) {
    const { outputText, errorText, exits, started } = await run(...words);
    assert.deepEqual([errorText, exits, started], ['', [0], []]);
    for (const part of ['Meshloom 1.2.3', 'meshloom start -c FILE', 'meshloom check -c FILE', '-c, --config FILE', '-l, --log-level LEVEL'])
      assert.ok(outputText.includes(part), part);
  }
});

test('the version is one line', async () => {
  for (const word of ['--version', '-v', 'version']) {
    const { outputText, exits } = await run(word);
    assert.deepEqual([outputText, exits], ['1.2.3\n', [0]]);
  }
});

test('what is not understood is one clear line and status 1, and nothing is started', async () => {
  for (const [line, ...words] of [
    ['unknown command "strat": did you mean "start"?', 'strat', '-c', 'f'],
    ['unknown command "frobnicate": try meshloom --help', 'frobnicate'],
    ['unknown flag --confg: did you mean "--config"?', 'start', '--confg', 'f'],
    ['flag -c needs a value: -c FILE', 'start', '-c'],
    ['unexpected argument "f"', 'start', 'f'],
    ['unknown log level "inf": did you mean "info"?', 'start', '-l', 'inf'],
    ['unknown log level "everything": one of trace, debug, info, warning, warn, error, critical, fatal, off', 'start', '-l', 'everything'],
    ['check needs a file: meshloom check -c FILE', 'check'],
  ] as const) {
    const { outputText, errorText, exits, started, checked } = await run(...words);
    assert.deepEqual([errorText, outputText, exits, started, checked], [`meshloom: ${line}\n`, '', [1], [], []]);
  }
});

test('check says in one line which plugin cannot be loaded', async () => {
  const program = new FakeProgram();
  program.checkFailure = new StartError('plugin "./a.mjs" cannot be loaded: nothing there');
  await program.run('check', '-c', 'f.json');
  assert.deepEqual(
    [program.errorText, program.outputText, program.exits],
    ['meshloom: plugin "./a.mjs" cannot be loaded: nothing there\n', '', [1]],
  );
});

test('check prints every problem and how many there are; only errors make it fail', async () => {
  const program = new FakeProgram();
  program.problems = [ERROR, WARNING, WARNING];
  await program.run('check', '-c', 'f.json');
  assert.deepEqual(program.outputText.split('\n'), [
    'f.json: error: servers[0]: must be an object (put it in { })',
    'f.json: warning: pid: is ignored',
    'f.json: warning: pid: is ignored',
    'f.json: 1 error, 2 warnings',
    '',
  ]);
  assert.deepEqual([program.exits, program.errorText, program.started], [[1], '', []]);

  const good = new FakeProgram();
  good.problems = [WARNING];
  await good.run('check', '--config=f.json');
  assert.deepEqual([good.exits, good.outputText], [[0], 'f.json: warning: pid: is ignored\nf.json: 0 errors, 1 warning\n']);
});

test('start runs a file and goes on', async () => {
  const { started, exits, outputText, errorText, serverStarted } = await run('start', '-c', 'f.json');
  assert.deepEqual([started, exits, outputText, errorText, serverStarted], [[['f.json', undefined]], [], '', '', false]);
});

test('flags without a command start, as in MOSN', async () => {
  assert.deepEqual((await run('-c', 'f.json')).started, [['f.json', undefined]]);
});

test('a log level has the words of the flag in MOSN and of its configuration', async () => {
  for (const [word, level] of [
    ['warning', 'warn'],
    ['WARN', 'warn'],
    ['critical', 'fatal'],
    ['off', 'off'],
    ['Trace', 'trace'],
  ] as const) {
    assert.deepEqual((await run('start', '-c', 'f.json', '-l', word)).started, [['f.json', level]]);
  }
});

test('flags of MOSN that have no effect are named once', async () => {
  const words = ['-f', 'auto_config=true', '--service-node', 'a', '-sm', 'b', '-sm', 'c', '--disable-hot-restart'];
  const { started, errorText, exits } = await run('start', '-c', 'f.json', ...words);
  assert.deepEqual(started, [['f.json', undefined]]);
  assert.equal(errorText, 'meshloom: warning: without effect: --service-node, --service-meta, --feature-gates, --disable-hot-restart\n');
  assert.deepEqual(exits, []);
});

test('warnings are printed at the start, and errors end it', async () => {
  const program = new FakeProgram();
  program.problems = [WARNING];
  await program.run('start', '-c', 'f.json');
  assert.deepEqual([program.errorText, program.exits], ['f.json: warning: pid: is ignored\n', []]);

  const failed = new FakeProgram();
  failed.problems = [WARNING, ERROR];
  await failed.run('start', '-c', 'f.json');
  assert.match(failed.errorText, /^f\.json: warning: .*\nf\.json: error: .*\n$/);
  assert.deepEqual(failed.exits, [1]);
});

test('without a file the sample runs, its server first, and says what to try', async () => {
  const { started, serverStarted, outputText, exits } = await run('start', '-l', 'error');
  assert.deepEqual([started, serverStarted, outputText, exits], [[['sample.json', 'error']], true, 'try this\n', []]);
});

test('an address that cannot be had is one line and status 1', async () => {
  for (const [fields, line] of [
    [
      { code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: 2045 },
      'cannot listen on 127.0.0.1:2045: another program has it already',
    ],
    [{ code: 'EACCES', syscall: 'listen', address: '::', port: 80 }, 'cannot listen on [::]:80: permission is denied'],
    [
      { code: 'EADDRINUSE', syscall: 'listen', address: '/run/a.sock', port: -1 },
      'cannot listen on /run/a.sock: another program has it already',
    ],
    [{ code: 'ENOENT', syscall: 'open', path: '/none/a.log' }, 'cannot open /none/a.log: there is no such file or folder'],
    [{ code: 'EWHATEVER', syscall: 'open', path: 'a' }, 'cannot open a: EWHATEVER'],
  ] as const) {
    const program = new FakeProgram();
    program.startFailure = systemError(fields);
    await program.run('start', '-c', 'f.json');
    assert.deepEqual([program.errorText, program.exits], [`meshloom: ${line}\n`, [1]]);
  }
  const program = new FakeProgram();
  program.serverFailure = systemError({ code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: 8080 });
  await program.run('start');
  assert.deepEqual(program.errorText, 'meshloom: cannot listen on 127.0.0.1:8080: another program has it already\n');
  assert.deepEqual([program.exits, program.started], [[1], []]);
});

test('what says by itself why it could not start is one line and status 1', async () => {
  const program = new FakeProgram();
  program.startFailure = new StartError('protocol "x" cannot be loaded: there is no such package');
  await program.run('start', '-c', 'f.json');
  assert.equal(program.errorText, 'meshloom: protocol "x" cannot be loaded: there is no such package\n');
  const sample = new FakeProgram();
  sample.sampleFailure = new StartError('no sample here');
  await sample.run('start');
  assert.deepEqual([sample.errorText, sample.exits], ['meshloom: no sample here\n', [1]]);
});

test('a bug of ours is shown with its stack and ends the process', async () => {
  const program = new FakeProgram();
  program.startFailure = new TypeError('x is not a function');
  await program.run('start', '-c', 'f.json');
  assert.match(program.errorText, /^meshloom: this is a bug: TypeError: x is not a function\n +at /);
  assert.deepEqual(program.exits, [1]);

  const later = await run('start', '-c', 'f.json');
  later.throwUncaught(new Error('later'));
  assert.match(later.errorText, /^meshloom: this is a bug: Error: later\n +at /);
  assert.deepEqual(later.exits, [1]);
});

test("what a callback of a user's script throws is shown, and ends nothing", async () => {
  const program = await run('start', '-c', 'f.json');
  rememberScript('file:///etc/meshloom/late.js', '/etc/meshloom/late.js');
  const error = new Error('late');
  error.stack = 'Error: late\n    at Timeout._onTimeout (file:///etc/meshloom/late.js?version=1-2:3:4)';
  program.throwUncaught(error);
  assert.match(program.errorText, /^meshloom: nobody caught what the script \/etc\/meshloom\/late\.js threw: Error: late\n +at /);
  assert.deepEqual(program.exits, []);
});

test('SIGTERM and SIGINT drain and exit with 0', async () => {
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    const program = await run('start', '-c', 'f.json');
    program.signal(name);
    await settle();
    assert.deepEqual([program.proxy.stops, program.exits], [1, []], 'requests are being finished');
    program.proxy.stopped();
    await settle();
    assert.deepEqual(program.exits, [0]);
  }
});

test('the second signal exits at once with 128 and its number', async () => {
  for (const [second, status] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const program = await run('start', '-c', 'f.json');
    program.signal('SIGTERM');
    program.time += 100;
    program.signal(second);
    assert.deepEqual([program.proxy.stops, program.exits], [1, [status]]);
  }
});

test('the same signal again within 100 ms is no second one: npm hands on what the terminal has sent', async () => {
  const program = await run('start', '-c', 'f.json');
  program.signal('SIGINT');
  program.time += 99;
  program.signal('SIGINT');
  assert.deepEqual([program.proxy.stops, program.exits], [1, []]);
  program.signal('SIGTERM');
  assert.deepEqual(program.exits, [143]);
});

test('a signal before the proxy listens exits at once: there is nothing to finish', async () => {
  const program = new FakeProgram();
  const running = program.run('start', '-c', 'f.json');
  program.signal('SIGTERM');
  assert.deepEqual([program.proxy.stops, program.exits], [0, [143]]);
  program.signal('SIGHUP');
  program.signal('SIGUSR1');
  await running;
  assert.equal(program.proxy.reopened, 0);
});

test('SIGUSR1 opens the logs again', async () => {
  const program = await run('start', '-c', 'f.json');
  program.signal('SIGUSR1');
  assert.deepEqual([program.proxy.reopened, program.exits], [1, []]);
});

test('SIGHUP reloads the file, says what it found, and never ends the process', async () => {
  const program = await run('start', '-c', 'f.json');
  const { reloads } = program.proxy;
  reloads.push(
    () => [WARNING],
    () => [ERROR],
    () => {
      throw systemError({ code: 'EADDRINUSE', syscall: 'listen', address: '127.0.0.1', port: 1 });
    },
  );
  const said: string[] = [];
  while (reloads.length > 0) {
    program.errorText = '';
    program.signal('SIGHUP');
    await settle();
    said.push(program.errorText);
  }
  assert.deepEqual(said, [
    'f.json: warning: pid: is ignored\nmeshloom: reloaded\n',
    'f.json: error: servers[0]: must be an object (put it in { })\nmeshloom: not reloaded\n',
    'meshloom: not reloaded: cannot listen on 127.0.0.1:1: another program has it already\n',
  ]);
  assert.deepEqual(program.exits, []);
});
