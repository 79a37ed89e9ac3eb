import assert from 'node:assert/strict';
import { test } from 'node:test';
import flowControl from '../../../src/filter/builtin/flow-control/index.ts';
import { MemoryThreshold } from '../../../src/filter/builtin/flow-control/memory-threshold.ts';
import { SlidingWindow } from '../../../src/filter/builtin/flow-control/sliding-window.ts';
import { faultOf, took } from '../proxy/scripted.ts';
import { type FilterStage, filterStage, problemsOf, read, type StageRequest } from './filter-stage.ts';

const ruled = (...rules: readonly object[]) => ({ global_switch: true, rules: rules.map((rule) => ({ resource: '/', ...rule })) });
const passes = ({ request }: FilterStage, options: StageRequest = {}): boolean =>
  took(request(options).journal).join() === 'a head GET / end';
/** How many of ten equal requests pass. */
const passed = (stage: FilterStage, options: StageRequest = {}): number =>
  Array.from({ length: 10 }, () => passes(stage, options)).filter(Boolean).length;

test('a window counts what happened in the latest interval, and moves on in halves', () => {
  const window = new SlidingWindow(1000);
  window.add(10_000);
  window.add(10_499);
  window.add(10_500);
  assert.deepEqual(
    [10_500, 10_999, 11_000, 11_499, 11_500, 20_000].map((now) => window.sum(now)),
    [3, 3, 1, 1, 0, 0],
  );
});

test('an interval that is not made of half seconds, or a long one, begins anew as a whole', () => {
  for (const length of [300, 60_000]) {
    const window = new SlidingWindow(length);
    window.add(10 * length);
    assert.deepEqual(
      [10.5, 10.99, 11].map((intervals) => window.sum(intervals * length)),
      [1, 1, 0],
    );
  }
  const long = new SlidingWindow(10_000);
  long.add(20_499);
  assert.deepEqual([long.sum(29_999), long.sum(30_000)], [1, 0]);
});

test('as many requests pass in an interval as the threshold says', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 3 }));
  assert.equal(passed(stage), 3);
  stage.timers.advance(400);
  assert.equal(passed(stage), 0);
  stage.timers.advance(1000);
  assert.equal(passed(stage), 3);
});

test('what is refused gets the action, and is flagged', () => {
  const { request } = filterStage(flowControl, { ...ruled({ threshold: 0 }), action: { status: 503, body: 'blocked' } });
  const { journal, exchange } = request();
  assert.deepEqual(took(journal), ['client head 503', 'client data "blocked" end']);
  assert.deepEqual(exchange.flags, ['RL']);
  const usual = filterStage(flowControl, { ...ruled({ threshold: 0 }), action: { status: 0 } }).request();
  assert.deepEqual(took(usual.journal), ['client head 429', 'client data "current request is limited" end']);
});

test('nothing is bounded that is switched off, or that no rule is for', () => {
  assert.equal(passed(filterStage(flowControl, { ...ruled({ threshold: 0 }), global_switch: false })), 10);
  assert.equal(passed(filterStage(flowControl, ruled({ resource: '/other', threshold: 0 }))), 10);
});

test('a resource is named by the path, the query or both', () => {
  const head = { path: '/a?b=c' };
  const bounded = (limit_key_type: string, resource: string) =>
    took(filterStage(flowControl, { ...ruled({ resource, threshold: 0 }), limit_key_type }).request({ head }).journal)[0] ===
    'client head 429';
  for (const [type, resource] of [
    ['PATH', '/a'],
    ['ARG', 'b=c'],
    ['URI', '/a?b=c'],
  ] as const)
    assert.ok(bounded(type, resource), type);
  assert.ok(!bounded('PATH', '/a?b=c'));
  const spelt = filterStage(flowControl, { ...ruled({ resource: '/a', threshold: 0 }), limit_key_type: 'PATH' });
  assert.deepEqual(took(spelt.request({ head: { path: '//%61' } }).journal)[0], 'client head 429');
});

test('with grade 0 as many are there at once as the threshold says', () => {
  const { request } = filterStage(flowControl, ruled({ threshold: 2, grade: 0 }));
  const [one] = [request(), request()];
  const three = request();
  assert.deepEqual(took(three.journal)[0], 'client head 429');
  one!.upstream().answer(200, true);
  assert.deepEqual(took(request().journal), ['a head GET / end']);
  assert.deepEqual(took(request().journal)[0], 'client head 429');
});

test('requests wait for their turns, no longer than they may', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 10, controlBehavior: 1, maxQueueingTimeMs: 200 }));
  const journals = Array.from({ length: 4 }, () => stage.request().journal);
  assert.deepEqual(
    journals.map((journal) => took(journal)[0]),
    ['a head GET / end', undefined, undefined, 'client head 429'],
  );
  stage.timers.advance(99);
  assert.deepEqual(took(journals[1]!), []);
  stage.timers.advance(1);
  assert.deepEqual(took(journals[1]!), ['a head GET / end']);
  stage.timers.advance(100);
  assert.deepEqual(took(journals[2]!), ['a head GET / end']);
  assert.ok(!passes(filterStage(flowControl, ruled({ threshold: 0, controlBehavior: 1 }))));
});

test('who leaves while waiting for its turn leaves nothing behind', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 1, controlBehavior: 1, maxQueueingTimeMs: 5000 }));
  const first = stage.request();
  first.upstream().answer(200, true);
  const { exchange, journal } = stage.request();
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  assert.equal(stage.timers.scheduled, 0);
  assert.deepEqual(took(journal), []);
});

test('the requests of another resource may be those that count', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 2, relationStrategy: 1, refResource: '/write' }));
  const write = { head: { path: '/write' } };
  assert.equal(passed(stage), 10);
  stage.request(write);
  stage.request(write);
  assert.equal(passed(stage), 0);
});

test('all rules of a resource must let a request through', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 5 }, { threshold: 3, statIntervalInMs: 100 }));
  assert.equal(passed(stage), 3);
  stage.timers.advance(200);
  assert.equal(passed(stage), 2);
});

test('a route counts for itself', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 0 }), { ofRoute: ruled({ threshold: 2 }) });
  assert.equal(passed(stage), 2);
  assert.equal(passed(stage), 0);
});

test('a cold service gets a third of the threshold, and all of it when it is warm', () => {
  const stage = filterStage(flowControl, ruled({ threshold: 90, tokenCalculateStrategy: 1, warmUpPeriodSec: 4 }));
  /** How many of hundred requests pass in each second, all that may. */
  const inSecond = () => {
    const count = Array.from({ length: 100 }, () => passes(stage)).filter(Boolean).length;
    stage.timers.advance(1000);
    return count;
  };
  const seconds = Array.from({ length: 8 }, inSecond);
  assert.equal(seconds[0], 30);
  for (const [at, count] of seconds.entries()) assert.ok(at === 0 || count >= seconds[at - 1]!, seconds.join(' '));
  assert.equal(seconds.at(-1), 90);
  stage.timers.advance(60_000);
  assert.equal(inSecond(), 30);
});

test('the threshold goes by the memory in use, which is looked at now and then', () => {
  const marks = { lowMemUsageThreshold: 100, highMemUsageThreshold: 20, memLowWaterMarkBytes: 1000, memHighWaterMarkBytes: 2000 };
  const { rules } = read(flowControl.settings, ruled({ ...marks, tokenCalculateStrategy: 2 }));
  let used = 0;
  const threshold = new MemoryThreshold(rules[0]!, () => used);
  const at = (now: number, bytes: number): number => {
    used = bytes;
    return threshold.allowed(now);
  };
  assert.deepEqual([at(0, 1000), at(149, 2000), at(150, 2000), at(300, 1500), at(450, 1001), at(600, 9999)], [100, 100, 20, 60, 99.92, 20]);
});

test('a process that uses much memory lets fewer requests in', () => {
  const rule = { lowMemUsageThreshold: 8, highMemUsageThreshold: 3, tokenCalculateStrategy: 2 };
  const much = { ...rule, memLowWaterMarkBytes: 1, memHighWaterMarkBytes: 2 };
  const little = { ...rule, memLowWaterMarkBytes: 2 ** 50, memHighWaterMarkBytes: 2 ** 51 };
  assert.equal(passed(filterStage(flowControl, ruled(much))), 3);
  assert.equal(passed(filterStage(flowControl, ruled(little))), 8);
  assert.equal(passed(filterStage(flowControl, ruled({ ...much, grade: 0 }))), 3);
});

test('what is not there is refused, and what asks for nothing is passed over', () => {
  const rule = { resource: '/', limitApp: '', grade: 1, threshold: 1, strategy: 0, tokenCalculateStrategy: 0 };
  assert.deepEqual(problemsOf(flowControl.settings, { app_name: '', rules: [rule] }), []);
  assert.deepEqual(problemsOf(flowControl.settings, { rules: [{ ...rule, tokenCalculateStrategy: 1, warmUpColdFactor: 1 }] }), [
    'error: rules[0].warmUpPeriodSec: is missing',
    'error: rules[0].warmUpColdFactor: must be more than 1',
  ]);
  assert.deepEqual(problemsOf(flowControl.settings, { rules: [{ ...rule, tokenCalculateStrategy: 2 }] }), [
    'error: rules[0].highMemUsageThreshold: is missing',
    'error: rules[0].memLowWaterMarkBytes: is missing',
    'error: rules[0].lowMemUsageThreshold: must be more than `highMemUsageThreshold`',
    'error: rules[0].memHighWaterMarkBytes: must be more than `memLowWaterMarkBytes`',
  ]);
  assert.deepEqual(problemsOf(flowControl.settings, { rules: [{ ...rule, relationStrategy: 1 }] }), [
    'error: rules[0].refResource: is missing',
  ]);
});
