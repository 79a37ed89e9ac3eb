import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ANY_HOST, type LoadBalancer, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { LOAD_BALANCERS, loadBalancers } from '../../../src/upstream/balancers/index.ts';
import { random } from '../../../src/upstream/balancers/random.ts';
import { requestRoundRobin } from '../../../src/upstream/balancers/request-round-robin.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { weightedRoundRobin } from '../../../src/upstream/balancers/weighted-round-robin.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { FROM_THE_START, hashed, hostAt, hosts, hostsWeighing, seeded, settings, shares, within } from './fixtures.ts';

const BALANCERS = await loadBalancers(LOAD_BALANCERS);
const EVERY: readonly LoadBalancer[] = Array.from(BALANCERS.values(), (make) => make(settings()));

for (const balancer of EVERY) {
  test(`${balancer.name} picks nothing among no hosts, and one among one`, () => {
    assert.equal(balancer.build([]).pick(ANY_HOST, NO_HOSTS_TRIED), undefined);
    const only = hostAt('a');
    assert.equal(balancer.build([only]).pick(ANY_HOST, NO_HOSTS_TRIED), only);
    assert.equal(balancer.build([only]).pick(ANY_HOST, [only]), undefined);
    only.setHealthFlag(HealthFlag.outlier);
    assert.equal(balancer.build([only]).pick(ANY_HOST, NO_HOSTS_TRIED), undefined);
  });

  test(`${balancer.name} overlooks what it is told to overlook, and nothing else`, () => {
    const [a, b] = hosts(2) as [Host, Host];
    a.setHealthFlag(HealthFlag.ending);
    b.setHealthFlag(HealthFlag.outlier);
    const picker = balancer.build([a, b]);
    assert.equal(picker.pick(ANY_HOST, NO_HOSTS_TRIED), undefined);
    for (let pick = 0; pick < 10; pick++) assert.equal(picker.pick(hashed(pick), NO_HOSTS_TRIED, HealthFlag.outlier), b);
  });

  test(`${balancer.name} picks a healthy untried host whenever there is one`, () => {
    const some = fc.array(fc.record({ healthy: fc.boolean(), tried: fc.boolean(), weight: fc.integer({ min: 1, max: 128 }) }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(some, (given) => {
        const all = given.map(({ healthy, weight }, index) => {
          const host = hostAt(`h${index}`, { weight });
          if (!healthy) host.setHealthFlag(HealthFlag.activeCheck);
          return host;
        });
        const tried = all.filter((_, index) => given[index]?.tried === true);
        const picker = balancer.build(all);
        const mayBePicked = all.filter((host) => host.healthy && !tried.includes(host));
        for (let pick = 0; pick < 10; pick++) {
          const host = picker.pick(ANY_HOST, tried);
          if (mayBePicked.length === 0) assert.equal(host, undefined);
          else assert.ok(host !== undefined && mayBePicked.includes(host));
          const overlooked = picker.pick(hashed(pick), tried, HealthFlag.activeCheck);
          const untried = all.filter((each) => !tried.includes(each));
          if (untried.length === 0) assert.equal(overlooked, undefined);
          else assert.ok(overlooked !== undefined && untried.includes(overlooked));
        }
      }),
    );
  });
}

test('a host that falls ill or recovers is seen by the picker that is there already', () => {
  const [a, b] = hosts(2) as [Host, Host];
  const picker = roundRobin(FROM_THE_START).build([a, b]);
  a.setHealthFlag(HealthFlag.activeCheck);
  assert.deepEqual([picker.pick(ANY_HOST, []), picker.pick(ANY_HOST, [])], [b, b]);
  a.clearHealthFlag(HealthFlag.activeCheck);
  assert.deepEqual([picker.pick(ANY_HOST, []), picker.pick(ANY_HOST, [])], [a, b]);
});

test('LB_RANDOM picks each host as often as any other', () => {
  within(shares(random({ random: seeded(7) }), hosts(5), 100_000), [20_000, 20_000, 20_000, 20_000, 20_000], 0.03);
});

test('LB_RANDOM spreads the share of a sick or tried host evenly over the rest', () => {
  const all = hosts(5);
  all[1]?.setHealthFlag(HealthFlag.outlier);
  const counts = shares(random({ random: seeded(8) }), all, 90_000, [all[3] as Host]);
  assert.deepEqual([counts[1], counts[3]], [0, 0]);
  within([counts[0] ?? 0, counts[2] ?? 0, counts[4] ?? 0], [30_000, 30_000, 30_000], 0.03);
});

test('LB_ROUNDROBIN picks each host in turn', () => {
  const all = hosts(3);
  const picker = roundRobin(FROM_THE_START).build(all);
  const picked = Array.from({ length: 7 }, () => all.indexOf(picker.pick(ANY_HOST, []) as Host));
  assert.deepEqual(picked, [0, 1, 2, 0, 1, 2, 0]);
});

test('LB_ROUNDROBIN starts anywhere', () => {
  const all = hosts(4);
  const starts = Array.from({ length: 4 }, (_, index) =>
    all.indexOf(
      roundRobin(settings({ random: () => index / 4 }))
        .build(all)
        .pick(ANY_HOST, []) as Host,
    ),
  );
  assert.deepEqual(starts, [0, 1, 2, 3]);
});

test('LB_WEIGHTED_ROUNDROBIN gives each host its share exactly, over each round of turns', () => {
  const weights = [1, 2, 5];
  const all = weights.map((weight, index) => hostAt(`h${index}`, { weight }));
  assert.deepEqual(shares(weightedRoundRobin(FROM_THE_START), all, 8), weights);
  assert.deepEqual(shares(weightedRoundRobin(FROM_THE_START), all, 800), [100, 200, 500]);
});

test('LB_WEIGHTED_ROUNDROBIN keeps within 1 % of any weights', () => {
  const someWeights = fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(someWeights, (weights) => {
      const all = weights.map((weight, index) => hostAt(`h${index}`, { weight }));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const rounds = 200;
      within(
        shares(weightedRoundRobin(FROM_THE_START), all, total * rounds),
        weights.map((weight) => weight * rounds),
        0.01,
      );
    }),
    { numRuns: 30 },
  );
});

test('LB_WEIGHTED_ROUNDROBIN spreads the turns of a heavy host', () => {
  const [light, heavy] = [hostAt('light', { weight: 1 }), hostAt('heavy', { weight: 4 })];
  const picker = weightedRoundRobin(FROM_THE_START).build([light, heavy]);
  const picked = Array.from({ length: 10 }, () => (picker.pick(ANY_HOST, []) === light ? 'l' : 'h'));
  assert.equal(picked.join(''), 'hhhlhhhhlh');
});

test('LB_WEIGHTED_ROUNDROBIN keeps the shares of the others when a heavy host is ill', () => {
  const all = hostsWeighing(128, 1, 2);
  all[0]?.setHealthFlag(HealthFlag.activeCheck);
  const [a, ...others] = shares(weightedRoundRobin(FROM_THE_START), all, 3000);
  assert.equal(a, 0);
  within(others, [1000, 2000], 0.01);
});

test('LB_WEIGHTED_ROUNDROBIN gives a host that was ill its share again, and no turns that it has missed', () => {
  const all = hostsWeighing(10, 10, 20);
  const picker = weightedRoundRobin(FROM_THE_START).build(all);
  all[2]?.setHealthFlag(HealthFlag.activeCheck);
  for (let pick = 0; pick < 10_000; pick++) picker.pick(ANY_HOST, []);
  all[2]?.clearHealthFlag(HealthFlag.activeCheck);
  const picked = Array.from({ length: 40 }, () => all.indexOf(picker.pick(ANY_HOST, []) as Host));
  within(
    [0, 1, 2].map((index) => picked.filter((each) => each === index).length),
    [10, 10, 20],
    0.11,
  );
});

test('LB_ROUNDROBIN does not give the neighbour of a sick host twice the share', () => {
  const all = hosts(4);
  all[1]?.setHealthFlag(HealthFlag.outlier);
  assert.deepEqual(shares(roundRobin(FROM_THE_START), all, 300), [100, 0, 100, 100]);
});

test('LB_REQUEST_ROUNDROBIN begins at the first host and goes on with each attempt', () => {
  const [a, b, c] = hosts(3) as [Host, Host, Host];
  const picker = requestRoundRobin().build([a, b, c]);
  assert.equal(picker.pick(ANY_HOST, []), a);
  assert.equal(picker.pick(ANY_HOST, []), a);
  assert.equal(picker.pick(ANY_HOST, [a]), b);
  assert.equal(picker.pick(ANY_HOST, [a, b]), c);
});

test("balancers are found by MOSN's names", () => {
  for (const [name, make] of BALANCERS) assert.equal(make(settings()).name, name);
  assert.deepEqual(LOAD_BALANCERS.toSorted(), [
    'LB_LEAST_CONNECTION',
    'LB_LEAST_REQUEST',
    'LB_MAGLEV',
    'LB_PEAK_EWMA',
    'LB_RANDOM',
    'LB_REQUEST_ROUNDROBIN',
    'LB_RINGHASH',
    'LB_ROUNDROBIN',
    'LB_WEIGHTED_ROUNDROBIN',
  ]);
});
