import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { ANY_HOST, type LoadBalancer, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { leastRequest } from '../../../src/upstream/balancers/least-request.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { weightedRoundRobin } from '../../../src/upstream/balancers/weighted-round-robin.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { SlowStart, type SlowStartSettings } from '../../../src/upstream/slow-start.ts';
import { hostAt, hosts, settings, within } from './fixtures.ts';

const TEN_SECONDS: SlowStartSettings = { durationMs: 10_000, aggression: 1, minWeightPercent: 0 };

function weights(given: Partial<SlowStartSettings> = {}) {
  const timers = new ManualTimers();
  return { timers, slowStart: new SlowStart({ ...TEN_SECONDS, ...given }, timers) };
}

test('the weight of a new host grows evenly, from what it would be after a second', () => {
  const { timers, slowStart } = weights();
  const host = hostAt('a', { weight: 10 });
  const grown = [0, 1, 1999, 3000, 4999, 1, 1000].map((ms) => {
    timers.advance(ms);
    return slowStart.of(host);
  });
  assert.deepEqual(grown, [1, 1, 2, 5, 9.999, 10, 10]);
});

test('aggression makes it grow steeply at first, or at last', () => {
  for (const [aggression, expected] of [
    [2, Math.sqrt(0.25)],
    [0.5, 0.0625],
  ] as const) {
    const { timers, slowStart } = weights({ aggression });
    const host = hostAt('a');
    slowStart.of(host);
    timers.advance(2500);
    assert.equal(slowStart.of(host), expected);
  }
});

test('it is never less than the least part', () => {
  const { slowStart } = weights({ minWeightPercent: 0.3 });
  assert.equal(slowStart.of(hostAt('a', { weight: 10 })), 3);
});

test('a host that has been ill begins anew, one that stays healthy does not', () => {
  const { timers, slowStart } = weights();
  const host = hostAt('a', { weight: 10 });
  slowStart.of(host);
  timers.advance(10_000);
  host.clearHealthFlag(HealthFlag.outlier);
  assert.equal(slowStart.of(host), 10);
  host.setHealthFlag(HealthFlag.outlier);
  host.setHealthFlag(HealthFlag.activeCheck);
  host.clearHealthFlag(HealthFlag.outlier);
  slowStart.of(host);
  timers.advance(5000);
  host.clearHealthFlag(HealthFlag.activeCheck);
  assert.equal(slowStart.of(host), 1);
});

for (const make of [roundRobin, weightedRoundRobin, leastRequest]) {
  test(`${make(settings()).name} gives a new host its share little by little`, () => {
    const { timers, slowStart } = weights();
    const balancer: LoadBalancer = make(settings({ weights: slowStart, random: () => 0 }));
    const all = hosts(3);
    balancer.build(all.slice(0, 2));
    timers.advance(10_000);
    const picker = balancer.build(all);
    const share = (picks: number): number => {
      let count = 0;
      for (let pick = 0; pick < picks; pick++) if (picker.pick(ANY_HOST, NO_HOSTS_TRIED) === all[2]) count++;
      return count;
    };
    within([share(2100)], [100], 0.02);
    timers.advance(5000);
    within([share(2500)], [500], 0.02);
    timers.advance(5000);
    within([share(3000)], [1000], 0.01);
  });
}

test('hosts that begin together have equal shares all the time', () => {
  const { slowStart } = weights();
  const all: readonly Host[] = hosts(4);
  const picker = roundRobin({ weights: slowStart, random: () => 0 }).build(all);
  const picked = Array.from({ length: 8 }, () => all.indexOf(picker.pick(ANY_HOST, NO_HOSTS_TRIED)!));
  assert.deepEqual(picked, [0, 1, 2, 3, 0, 1, 2, 3]);
});
