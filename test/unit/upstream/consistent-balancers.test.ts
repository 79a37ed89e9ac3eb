import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashOf } from '../../../src/base/hash.ts';
import { ANY_HOST, type LoadBalancer, NO_HOSTS_TRIED, type Picker } from '../../../src/upstream/balancer.ts';
import { maglev, maglevTable } from '../../../src/upstream/balancers/maglev.ts';
import { ringHash } from '../../../src/upstream/balancers/ring-hash.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { hashed, hosts, hostsWeighing, settings, shares, within } from './fixtures.ts';

const KEYS = 20_000;

/** What each of many keys is picked for it. */
function assignment(picker: Picker, tried: readonly Host[] = NO_HOSTS_TRIED): (Host | undefined)[] {
  return Array.from({ length: KEYS }, (_, key) => picker.pick(hashed(hashOf(`key ${key}`)), tried));
}

function moved(before: readonly (Host | undefined)[], after: readonly (Host | undefined)[]): number {
  return before.filter((host, key) => host !== after[key]).length;
}

function sharesOfKeys(picker: Picker, among: readonly Host[]): number[] {
  const picked = assignment(picker);
  return among.map((host) => picked.filter((each) => each === host).length);
}

const CONSISTENT: readonly LoadBalancer[] = [maglev(settings()), ringHash(settings())];

for (const balancer of CONSISTENT) {
  test(`${balancer.name} picks the same host for the same hash, in every proxy and whatever order the hosts are in`, () => {
    const all = hosts(7);
    const one = assignment(balancer.build(all));
    assert.equal(moved(one, assignment(balancer.build([...all].reverse()))), 0);
  });

  test(`${balancer.name} spreads what an ill host leaves behind over all the others, and moves nothing else`, () => {
    const all = hosts(10);
    const picker = balancer.build(all);
    const before = assignment(picker);
    all[3]?.setHealthFlag(HealthFlag.activeCheck);
    const after = assignment(picker);
    assert.ok(before.every((host, key) => host === all[3] || host === after[key]));
    const heirs = new Set(after.filter((_, key) => before[key] === all[3]));
    assert.equal(heirs.size, 9);
  });

  test(`${balancer.name} picks another host for another attempt, and the same one each time`, () => {
    const all = hosts(5);
    const picker = balancer.build(all);
    const choice = hashed(hashOf('one request'));
    const first = picker.pick(choice, []) as Host;
    const second = picker.pick(choice, [first]) as Host;
    assert.notEqual(second, first);
    assert.equal(picker.pick(choice, [first]), second);
  });

  test(`${balancer.name} picks any host for a request without a hash`, () => {
    assert.ok(shares(balancer, hosts(4), 4000).every((count) => count > 800));
    assert.equal(balancer.build(hosts(1)).pick(ANY_HOST, [])?.address, '10.0.0.0:80');
  });
}

test('LB_MAGLEV gives each host its share of the table within 1 %', () => {
  const weights = [1, 2, 3, 4, 10];
  const table = maglevTable(hostsWeighing(...weights), 65_537);
  const counts = weights.map((_, index) => table.filter((owner) => owner === index).length);
  within(
    counts,
    weights.map((weight) => (65_537 * weight) / 20),
    0.01,
  );
});

test('LB_MAGLEV fills the whole table for any hosts, each with at least one place', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 128 }), { minLength: 1, maxLength: 30 }), (weights) => {
      const owners = new Set(maglevTable(hostsWeighing(...weights), 251));
      assert.equal(owners.size, weights.length);
    }),
  );
});

test('LB_MAGLEV moves less than twice the ideal when a host of 100 leaves', () => {
  const all = hosts(100);
  const balancer = maglev(settings());
  const before = assignment(balancer.build(all));
  for (const gone of [0, 42, 99]) {
    const share = moved(before, assignment(balancer.build(all.filter((_, index) => index !== gone)))) / KEYS;
    assert.ok(share < 0.02, `${share} of the keys moved`);
  }
});

test('LB_RINGHASH moves only what the host had that leaves, as long as the others keep their number of points', () => {
  const all = hosts(100);
  const balancer = ringHash(settings());
  const before = assignment(balancer.build(all));
  const after = assignment(balancer.build(all.slice(1)));
  assert.equal(moved(before, after), before.filter((host) => host === all[0]).length);
});

test('LB_RINGHASH gives each host about its share, and the better the larger the ring is', () => {
  const weights = [1, 2, 5];
  const all = hostsWeighing(...weights);
  const expected = weights.map((weight) => (KEYS * weight) / 8);
  within(sharesOfKeys(ringHash(settings()).build(all), all), expected, 0.25);
  within(sharesOfKeys(ringHash(settings({ minRingSize: 100_000 })).build(all), all), expected, 0.05);
});

test('LB_RINGHASH keeps to the largest size of a ring, in which each host has a point', () => {
  const all = hostsWeighing(1, 128);
  const picker = ringHash(settings({ maxRingSize: 2 })).build(all);
  assert.equal(new Set(assignment(picker)).size, 2);
});

test('LB_RINGHASH agrees with a naive model that looks at all points', () => {
  const all = hosts(3);
  const points = all
    .flatMap((host) => Array.from({ length: 4 }, (_, copy) => ({ point: hashOf(`${host.address}_${copy}`), host })))
    .sort((one, other) => one.point - other.point);
  const picker = ringHash(settings({ minRingSize: 12 })).build(all);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (hash) => {
      assert.equal(picker.pick(hashed(hash), []), (points.find(({ point }) => point >= hash) ?? points[0]!).host);
    }),
  );
});
