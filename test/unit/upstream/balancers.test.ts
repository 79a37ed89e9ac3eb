import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ANY_HOST, type LoadBalancer, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { DEFAULT_LOAD_BALANCER, LOAD_BALANCERS, loadBalancer } from '../../../src/upstream/balancers/index.ts';
import { random } from '../../../src/upstream/balancers/random.ts';
import { requestRoundRobin } from '../../../src/upstream/balancers/request-round-robin.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { weightedRoundRobin } from '../../../src/upstream/balancers/weighted-round-robin.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { hostAt, hosts, seeded } from './fixtures.ts';

const start = () => 0;

/** How often each host is picked. */
function shares(balancer: LoadBalancer, among: readonly Host[], picks: number, tried: readonly Host[] = NO_HOSTS_TRIED): number[] {
  const picker = balancer.build(among);
  const counts = new Map<Host | undefined, number>();
  for (let pick = 0; pick < picks; pick++) {
    const host = picker.pick(ANY_HOST, tried);
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return among.map((host) => counts.get(host) ?? 0);
}

function within(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  for (const [index, want] of expected.entries()) {
    const got = actual[index] ?? Number.NaN;
    assert.ok(Math.abs(got - want) <= tolerance * want, `host ${index} was picked ${got} times, not about ${want}`);
  }
}

const EVERY: readonly LoadBalancer[] = [random(seeded(1)), roundRobin(seeded(2)), weightedRoundRobin(seeded(3)), requestRoundRobin];

for (const balancer of EVERY) {
  test(`${balancer.name} picks nothing among no hosts, and one among one`, () => {
    assert.equal(balancer.build([]).pick(ANY_HOST, NO_HOSTS_TRIED), undefined);
    const only = hostAt('a');
    assert.equal(balancer.build([only]).pick(ANY_HOST, NO_HOSTS_TRIED), only);
    assert.equal(balancer.build([only]).pick(ANY_HOST, [only]), undefined);
    only.setHealthFlag(HealthFlag.outlier);
    assert.equal(balancer.build([only]).pick(ANY_HOST, NO_HOSTS_TRIED), undefined);
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
        }
      }),
    );
  });
}

test('a host that falls ill or recovers is seen by the picker that is there already', () => {
  const [a, b] = hosts(2) as [Host, Host];
  const picker = roundRobin(start).build([a, b]);
  a.setHealthFlag(HealthFlag.activeCheck);
  assert.deepEqual([picker.pick(ANY_HOST, []), picker.pick(ANY_HOST, [])], [b, b]);
  a.clearHealthFlag(HealthFlag.activeCheck);
  assert.deepEqual([picker.pick(ANY_HOST, []), picker.pick(ANY_HOST, [])], [a, b]);
});

test('LB_RANDOM picks each host as often as any other', () => {
  within(shares(random(seeded(7)), hosts(5), 100_000), [20_000, 20_000, 20_000, 20_000, 20_000], 0.03);
});

test('LB_RANDOM spreads the share of a sick or tried host evenly over the rest', () => {
  const all = hosts(5);
  all[1]?.setHealthFlag(HealthFlag.outlier);
  const counts = shares(random(seeded(8)), all, 90_000, [all[3] as Host]);
  assert.deepEqual([counts[1], counts[3]], [0, 0]);
  within([counts[0] ?? 0, counts[2] ?? 0, counts[4] ?? 0], [30_000, 30_000, 30_000], 0.03);
});

test('LB_ROUNDROBIN picks each host in turn', () => {
  const all = hosts(3);
  const picker = roundRobin(start).build(all);
  const picked = Array.from({ length: 7 }, () => all.indexOf(picker.pick(ANY_HOST, []) as Host));
  assert.deepEqual(picked, [0, 1, 2, 0, 1, 2, 0]);
});

test('LB_ROUNDROBIN starts anywhere', () => {
  const all = hosts(4);
  const starts = Array.from({ length: 4 }, (_, index) =>
    all.indexOf(
      roundRobin(() => index / 4)
        .build(all)
        .pick(ANY_HOST, []) as Host,
    ),
  );
  assert.deepEqual(starts, [0, 1, 2, 3]);
});

test('LB_WEIGHTED_ROUNDROBIN gives each host its share exactly, over each round of turns', () => {
  const weights = [1, 2, 5];
  const all = weights.map((weight, index) => hostAt(`h${index}`, { weight }));
  assert.deepEqual(shares(weightedRoundRobin(start), all, 8), weights);
  assert.deepEqual(shares(weightedRoundRobin(start), all, 800), [100, 200, 500]);
});

test('LB_WEIGHTED_ROUNDROBIN keeps within 1 % of any weights', () => {
  const someWeights = fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(someWeights, (weights) => {
      const all = weights.map((weight, index) => hostAt(`h${index}`, { weight }));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const rounds = 200;
      within(
        shares(weightedRoundRobin(start), all, total * rounds),
        weights.map((weight) => weight * rounds),
        0.01,
      );
    }),
    { numRuns: 30 },
  );
});

test('LB_WEIGHTED_ROUNDROBIN spreads the turns of a heavy host', () => {
  const [light, heavy] = [hostAt('light', { weight: 1 }), hostAt('heavy', { weight: 4 })];
  const picker = weightedRoundRobin(start).build([light, heavy]);
  const picked = Array.from({ length: 10 }, () => (picker.pick(ANY_HOST, []) === light ? 'l' : 'h'));
  assert.equal(picked.join(''), 'hhhlhhhhlh');
});

test('LB_WEIGHTED_ROUNDROBIN keeps the shares of the others when a heavy host is ill', () => {
  const all = [hostAt('a', { weight: 128 }), hostAt('b', { weight: 1 }), hostAt('c', { weight: 2 })];
  all[0]?.setHealthFlag(HealthFlag.activeCheck);
  const [a, b, c] = shares(weightedRoundRobin(start), all, 3000);
  assert.equal(a, 0);
  assert.equal((b ?? 0) + (c ?? 0), 3000);
});

test('LB_REQUEST_ROUNDROBIN begins at the first host and goes on with each attempt', () => {
  const [a, b, c] = hosts(3) as [Host, Host, Host];
  const picker = requestRoundRobin.build([a, b, c]);
  assert.equal(picker.pick(ANY_HOST, []), a);
  assert.equal(picker.pick(ANY_HOST, []), a);
  assert.equal(picker.pick(ANY_HOST, [a]), b);
  assert.equal(picker.pick(ANY_HOST, [a, b]), c);
});

test("balancers are found by MOSN's names", () => {
  for (const [name, balancer] of LOAD_BALANCERS) assert.equal(balancer.name, name);
  assert.deepEqual([...LOAD_BALANCERS.keys()].sort(), ['LB_RANDOM', 'LB_REQUEST_ROUNDROBIN', 'LB_ROUNDROBIN', 'LB_WEIGHTED_ROUNDROBIN']);
});

test('an unknown balancer gives way to the default, and somebody is told', () => {
  const told: string[] = [];
  assert.equal(
    loadBalancer('LB_NOPE', (message) => told.push(message)),
    LOAD_BALANCERS.get(DEFAULT_LOAD_BALANCER),
  );
  assert.match(told.join(), /"LB_NOPE": LB_ROUNDROBIN takes its place/);
  assert.equal(
    loadBalancer('LB_RANDOM', () => assert.fail()),
    LOAD_BALANCERS.get('LB_RANDOM'),
  );
  assert.equal(
    loadBalancer(undefined, () => assert.fail()),
    LOAD_BALANCERS.get(DEFAULT_LOAD_BALANCER),
  );
});
