import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalResponse } from '../../../../src/protocol/local-response.ts';
import { outlierScene } from './scene.ts';

test('a host is ejected at the threshold of bad answers in a row, and not one before', () => {
  const scene = outlierScene(2);
  scene.answer(0, 500, 4);
  assert.deepEqual(scene.ejected, []);
  scene.answer(0, 500);
  assert.deepEqual(scene.ejected, [0]);
  assert.deepEqual(scene.events, [
    {
      host: scene.hosts[0],
      ejections: 1,
      sinceLastMs: undefined,
      action: 'eject',
      reason: 'consecutive5xx',
      enforced: true,
      rate: undefined,
      ofAll: undefined,
    },
  ]);
});

test('a good answer between begins the row anew, and 499 is one', () => {
  const scene = outlierScene(1);
  for (const good of [200, 404, 499]) {
    scene.answer(0, 500, 4);
    scene.answer(0, good);
  }
  assert.deepEqual(scene.ejected, []);
});

test('gateway failures are 502, 503 and 504, in a row of their own', () => {
  const scene = outlierScene(1, { consecutive5xx: 0, consecutiveGatewayFailure: 3 });
  scene.answer(0, 502);
  scene.answer(0, 503);
  for (const other of [500, 501, 505]) scene.answer(0, other, 3);
  scene.answer(0, 504);
  scene.answer(0, 502);
  assert.deepEqual(scene.ejected, []);
  scene.answer(0, 503);
  assert.deepEqual(
    scene.events.map((event) => event.action === 'eject' && event.reason),
    ['consecutiveGatewayFailure'],
  );
});

test('0 as a threshold is never reached', () => {
  const scene = outlierScene(1, { consecutive5xx: 0 });
  scene.answer(0, 500, 1000);
  assert.deepEqual(scene.ejected, []);
});

test('what comes to no answer counts as one with 502, 503 or 504', () => {
  for (const code of ['connect-failed', 'reset', 'closed', 'truncated', 'timeout', 'malformed'] as const) {
    const scene = outlierScene(1, { consecutiveGatewayFailure: 5, consecutive5xx: 0 });
    scene.fail(0, code, 5);
    assert.deepEqual(scene.ejected, [0], code);
  }
});

test('our own limits, and a host that declines in good order, do not speak against it', () => {
  const scene = outlierScene(1);
  for (const code of ['overflow', 'cancelled', 'unsupported', 'refused', 'going-away'] as const) scene.fail(0, code, 9);
  scene.fail(0, 'malformed', 9, 'downstream');
  assert.deepEqual(scene.ejected, []);
});

test('an answer that is good by its status and bad by what the protocol says in it is bad', () => {
  for (const [outcome, bad] of [
    ['failed', true],
    ['unavailable', true],
    ['timeout', true],
    ['denied', false],
    ['overloaded', false],
  ] as const) {
    const scene = outlierScene(1);
    for (let time = 0; time < 5; time++) scene.hosts[0]!.passiveCheck!.onResponse(new LocalResponse(200), outcome);
    assert.deepEqual(scene.ejected, bad ? [0] : [], outcome);
  }
});

test("a failure that a protocol says by a number of its own is the host's, whatever status a gateway would make of it", () => {
  for (const [outcome, status, gateway] of [
    ['failed', 502, false],
    ['unavailable', 503, true],
    ['timeout', 504, true],
  ] as const) {
    const rows = { consecutive5xx: 0, consecutiveGatewayFailure: 5 };
    const [byGateway, by5xx] = [outlierScene(1, rows), outlierScene(1)];
    const head = Object.defineProperty(new LocalResponse(status), 'code', { value: 80 });
    for (const { hosts } of [byGateway, by5xx]) for (let time = 0; time < 5; time++) hosts[0]!.passiveCheck!.onResponse(head, outcome);
    assert.deepEqual(byGateway.ejected, gateway ? [0] : [], outcome);
    assert.deepEqual(by5xx.ejected, [0], outcome);
  }
});

test('where they are told apart, what comes to no answer has a row and a threshold of its own', () => {
  const scene = outlierScene(2, { splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailure: 3 });
  scene.fail(0, 'connect-failed', 2);
  scene.answer(0, 500);
  scene.fail(0, 'reset', 2);
  assert.deepEqual(scene.ejected, []);
  scene.fail(0, 'timeout');
  assert.deepEqual(scene.ejected, [0]);
  assert.deepEqual(
    scene.events.map((event) => event.action === 'eject' && event.reason),
    ['consecutiveLocalOriginFailure'],
  );
  scene.fail(1, 'reset', 2);
  scene.answer(1, 500, 4);
  assert.deepEqual(scene.ejected, [0]);
});

test('while as many are ejected as may be, others are only counted', () => {
  const scene = outlierScene(4, { maxEjectionPercent: 50 });
  for (const host of [0, 1, 2]) scene.answer(host, 500, 5);
  assert.deepEqual(scene.ejected, [0, 1]);
  assert.equal(scene.detector.counts.overflow, 1);
  assert.equal(scene.detector.ejected, 2);
});

test('one host may be ejected however small the share is, unless it is 0', () => {
  const small = outlierScene(3, { maxEjectionPercent: 10 });
  for (const host of [0, 1]) small.answer(host, 500, 5);
  assert.deepEqual(small.ejected, [0]);
  const none = outlierScene(3, { maxEjectionPercent: 0 });
  none.answer(0, 500, 5);
  assert.deepEqual(none.ejected, []);
});

test('a detection that is not enforced is told and counted, and ejects nobody', () => {
  const draws = [0.3, 0.29];
  const scene = outlierScene(1, { enforcing: { consecutive5xx: 30 } }, () => draws.shift() ?? 0);
  scene.answer(0, 500, 5);
  assert.deepEqual(scene.ejected, []);
  assert.deepEqual(
    scene.events.map((event) => event.action === 'eject' && event.enforced),
    [false],
  );
  scene.answer(0, 500, 5);
  assert.deepEqual(scene.ejected, [0]);
  const { detected, enforced, enforcedTotal } = scene.detector.counts;
  assert.deepEqual([detected.consecutive5xx, enforced.consecutive5xx, enforcedTotal], [2, 1, 1]);
});
