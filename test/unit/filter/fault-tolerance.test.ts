import assert from 'node:assert/strict';
import { test } from 'node:test';
import faultTolerance from '../../../src/filter/builtin/fault-tolerance/index.ts';
import { settings } from '../../../src/filter/builtin/fault-tolerance/settings.ts';
import { filterStage, problemsOf, read } from './filter-stage.ts';

interface Scene {
  /** Lets the host give so many answers of that status. */
  answer(host: string, status: number, times: number): void;
  advance(ms: number): void;
  readonly scheduled: number;
  /** `HOST for MS`, and `HOST again` where it is not in the rotation any more. */
  readonly suspensions: readonly string[];
}

function regulated(written: object): Scene {
  const suspensions: string[] = [];
  const out = new Set<string>();
  const stage = filterStage(
    faultTolerance,
    { enabled: true, ...written },
    {
      surroundings: {
        suspendHost(cluster, host, forMs) {
          assert.equal(cluster, 'cluster');
          suspensions.push(out.has(host) ? `${host} again` : `${host} for ${forMs}`);
          return !out.has(host) && out.add(host) !== undefined;
        },
      },
    },
  );
  return {
    suspensions,
    get scheduled() {
      return stage.timers.scheduled;
    },
    advance: (ms) => stage.timers.advance(ms),
    answer(host, status, times) {
      for (let time = 0; time < times; time++)
        stage
          .request({ hosts: [host] })
          .upstream(host)
          .answer(status, true);
    },
  };
}

test("what is not said is MOSN's", () => {
  const standard = {
    enabled: false,
    exceptionTypes: [502, 503, 504],
    timeWindow: 10_000,
    leastWindowCount: 10,
    exceptionRateMultiple: 5,
    maxIpCount: 1,
    recoverTime: 900_000,
  };
  assert.deepEqual(read(settings, {}), standard);
  const zeros = { timeWindow: 0, leastWindowCount: 0, exceptionRateMultiple: 0, maxIpCount: 0, recoverTime: 0 };
  assert.deepEqual(read(settings, zeros), standard);
  assert.deepEqual(problemsOf(settings, { timeWindow: 9 }), ['error: timeWindow: must be at least 10 ms, but is 9']);
  assert.deepEqual(problemsOf(settings, { exceptionRateMultiple: 1 }), [
    'error: exceptionRateMultiple: must be more than 1, but is 1: else hosts like all others would be suspended',
  ]);
});

test('a host that fails so many times as often as all together is suspended at the end of the window', () => {
  const scene = regulated({ exceptionRateMultiple: 2 });
  scene.answer('a', 503, 10);
  scene.answer('b', 200, 10);
  scene.advance(9_999);
  assert.deepEqual(scene.suspensions, []);
  scene.advance(1);
  assert.deepEqual(scene.suspensions, ['a for 900000']);
});

test('a host that fails a little less often than that is not', () => {
  const scene = regulated({ exceptionRateMultiple: 2.01 });
  scene.answer('a', 503, 10);
  scene.answer('b', 200, 10);
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, []);
});

test('hosts with too few requests are not compared, and theirs go on to the next window while nobody has enough', () => {
  const scene = regulated({ exceptionRateMultiple: 2 });
  scene.answer('a', 503, 9);
  scene.answer('b', 200, 9);
  scene.advance(10_000);
  scene.answer('a', 503, 1);
  scene.answer('b', 200, 1);
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, ['a for 900000']);
});

test('once hosts have been compared, all begin anew', () => {
  const scene = regulated({ exceptionRateMultiple: 2 });
  scene.answer('a', 503, 9);
  scene.answer('b', 200, 10);
  scene.advance(10_000);
  scene.answer('a', 503, 1);
  scene.answer('b', 200, 10);
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, []);
});

test('only the statuses that are named are failures', () => {
  const scene = regulated({ exceptionRateMultiple: 2, exceptionTypes: [500] });
  scene.answer('a', 500, 10);
  scene.answer('b', 503, 10);
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, ['a for 900000']);
});

test('no more hosts are suspended at once than is said, and others when these are back', () => {
  const scene = regulated({ exceptionRateMultiple: 1.5, recoverTime: 15_000 });
  const bad = (): void => {
    for (const host of ['a', 'b']) scene.answer(host, 503, 10);
    for (const host of ['c', 'd']) scene.answer(host, 200, 10);
  };
  bad();
  scene.advance(10_000);
  bad();
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, ['a for 15000']);
  bad();
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, ['a for 15000', 'a again', 'b for 15000']);
});

test('where nobody fails nobody is suspended, and without requests no time runs', () => {
  const scene = regulated({});
  assert.equal(scene.scheduled, 0);
  scene.answer('a', 200, 10);
  scene.advance(10_000);
  assert.deepEqual(scene.suspensions, []);
  assert.equal(scene.scheduled, 1);
  scene.advance(60_000);
  assert.equal(scene.scheduled, 0);
});

test('a filter that is not enabled counts nothing', () => {
  const scene = regulated({ enabled: false, exceptionRateMultiple: 2 });
  scene.answer('a', 503, 10);
  scene.answer('b', 200, 10);
  scene.advance(10_000);
  assert.deepEqual([scene.suspensions, scene.scheduled], [[], 0]);
});
