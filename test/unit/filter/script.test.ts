import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Logger, SILENT_LOGGER } from '../../../src/base/log.ts';
import { rememberScript, scriptThatThrew } from '../../../src/filter/builtin/script/script-files.ts';
import { type Filter, HOLD, type Verdict } from '../../../src/filter/filter.ts';
import { guarded } from '../../../src/filter/guarded.ts';
import { isScript, type Script } from '../../../src/filter/script.ts';
import { type SceneOptions, scene, took } from '../proxy/scripted.ts';

const FAILED = ['client head 500', 'client data "script s failed" end'];
const turn = () => new Promise((resolve) => setImmediate(resolve));

function run(script: Script, options: SceneOptions = {}) {
  const errors: string[] = [];
  const log: Logger = { ...SILENT_LOGGER, error: (message) => errors.push(message) };
  return { ...scene({ filters: [guarded(script, 'script s', log)], ...options }), errors };
}

test('a script has the phases that it has, and no others', () => {
  assert.deepEqual(Object.keys(guarded({ onRoute() {} }, 'script s', SILENT_LOGGER)), ['name', 'onRoute']);
  assert.deepEqual(took(run({}).journal), ['a head GET / end']);
});

test('what a script throws ends its exchange with 500, and is logged', () => {
  const boom = () => {
    throw new Error('boom');
  };
  for (const phase of ['onRequest', 'onRoute', 'onUpstream'] as const) {
    const { journal, errors } = run({ [phase]: boom });
    assert.deepEqual(took(journal), FAILED);
    assert.deepEqual(errors, [`script s failed in ${phase}`]);
  }
  const { journal, upstream, errors } = run({ onResponse: boom });
  upstream().answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'a reset cancelled', ...FAILED]);
  assert.equal(errors.length, 1);
});

test('what a script throws at a body of a request ends it with 500', () => {
  const { journal, exchange } = run(
    {
      onRequestData() {
        throw new Error('boom');
      },
    },
    { method: 'POST', end: false },
  );
  exchange.onData(Buffer.from('a'), false);
  assert.deepEqual(took(journal), ['a head POST /', 'a reset cancelled', ...FAILED]);
});

test('what a script throws when the head of the answer has gone resets the stream', () => {
  const script: Script = {
    onResponseData() {
      throw new Error('boom');
    },
  };
  const { journal, upstream, cluster } = run(script);
  upstream().answer(200, false);
  upstream().handler.onData(Buffer.from('a'), false);
  assert.deepEqual(took(journal), ['a head GET / end', 'client head 200', 'a reset cancelled', 'client reset cancelled']);
  assert.equal(cluster.limits.requests.current, 0);
});

test('a script that fails at the body of its own answer fails once', () => {
  const { journal, errors } = run({
    onRequest: (exchange) => exchange.fail('first'),
    onResponseData() {
      throw new Error('boom');
    },
  });
  assert.deepEqual(took(journal), ['client reset cancelled']);
  assert.equal(errors.length, 1);
});

test('nobody is troubled by what a script throws when all is over', () => {
  const { journal, upstream, errors } = run({
    onComplete() {
      throw new Error('boom');
    },
  });
  upstream().answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'client head 200 end']);
  assert.deepEqual(errors, ['script s failed in onComplete']);
});

test('an exchange waits for what a script promises', async () => {
  for (const phase of ['onRequest', 'onRoute', 'onUpstream'] as const) {
    const { journal } = run({
      async [phase]() {
        await turn();
      },
    });
    assert.deepEqual(took(journal), []);
    await turn();
    await turn();
    assert.deepEqual(took(journal), ['a head GET / end']);
  }
  const { journal, upstream } = run({
    async onResponse() {
      await turn();
    },
  });
  upstream().answer(200, true);
  assert.deepEqual(took(journal), ['a head GET / end', 'a pause']);
  await turn();
  await turn();
  assert.deepEqual(took(journal), ['client head 200 end']);
});

test('a promise that is broken ends the exchange with 500', async () => {
  const { journal, errors } = run({
    async onRoute() {
      await turn();
      throw new Error('boom');
    },
  });
  await turn();
  await turn();
  assert.deepEqual(took(journal), FAILED);
  assert.deepEqual(errors, ['script s failed in onRoute']);
});

test('an asynchronous script may answer, which no other filter that holds is resumed by', async () => {
  const holding: Filter = { name: 'hold', onResponse: () => HOLD };
  const answering = guarded(
    {
      async onRoute(exchange) {
        await turn();
        exchange.reply('denied', 'no');
      },
    },
    's',
    SILENT_LOGGER,
  );
  const { journal, exchange } = scene({ filters: [holding, answering] });
  await turn();
  await turn();
  assert.deepEqual(took(journal), []);
  exchange.resume();
  assert.deepEqual(took(journal), ['client reply denied: no']);
});

test('a script may hold as filters do', async () => {
  const { journal, exchange } = run({ onRoute: (): Promise<Verdict> => Promise.resolve(HOLD) });
  await turn();
  assert.deepEqual(took(journal), []);
  exchange.resume();
  assert.deepEqual(took(journal), ['a head GET / end']);
});

test('a script is an object with one phase at least, and phases are functions', () => {
  class Inherited {
    onRoute(): void {}
  }
  for (const script of [{ onRoute() {} }, { onComplete() {}, other: 1 }, new Inherited()]) assert.ok(isScript(script));
  for (const other of [undefined, null, 'a', {}, { onRoute: 1 }, { onRequst() {} }, () => {}]) assert.ok(!isScript(other));
});

test('an error that nobody caught is known by the file in its stack', () => {
  const error = new Error('boom');
  error.stack = 'Error: boom\n    at Timeout._onTimeout (file:///etc/meshloom/mine.js?version=1-2:3:4)';
  assert.equal(scriptThatThrew(error), undefined);
  rememberScript('file:///etc/meshloom/mine.js', '/etc/meshloom/mine.js');
  assert.equal(scriptThatThrew(error), '/etc/meshloom/mine.js');
  assert.equal(scriptThatThrew(new Error('ours')), undefined);
  assert.equal(scriptThatThrew('text'), undefined);
});
