import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOf } from '../../../src/base/hash.ts';
import { ANY_HOST, type HostChoice, type LoadBalancer, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { LOAD_BALANCERS, loadBalancers } from '../../../src/upstream/balancers/index.ts';
import { Labels } from '../../../src/upstream/labels.ts';
import { OriginalDestination } from '../../../src/upstream/original-destination.ts';
import { withPriorities } from '../../../src/upstream/priorities.ts';
import { withSubsets } from '../../../src/upstream/subsets.ts';
import { hostAt, settings } from './fixtures.ts';

/** So few that what they could allocate does not make V8 collect garbage. */
const PICKS = 20_000;

/** What a pick allocates on average, in bytes: the least of many rounds, as the compiler and others allocate meanwhile. */
function bytesPerPick(balancer: LoadBalancer, choice: HostChoice): number {
  const hosts = Array.from({ length: 20 }, (_, index) =>
    hostAt(`10.0.0.${index}:80`, {
      weight: 1 + (index % 5),
      metadata: { version: '1' },
      priority: index % 2,
      locality: index % 3 === 0 ? 'far' : 'near',
    }),
  );
  const picker = balancer.build(hosts);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let pick = 0; pick < PICKS; pick++) picker.pick(choice, NO_HOSTS_TRIED);
    const grown = process.memoryUsage().heapUsed - before;
    // When garbage was collected meanwhile nothing is known.
    if (grown >= 0) least = Math.min(least, grown / PICKS);
  }
  return least;
}

const BALANCERS = await loadBalancers(LOAD_BALANCERS);
const roundRobin = BALANCERS.get('LB_ROUNDROBIN')!(settings());
const cases: readonly (readonly [name: string, balancer: LoadBalancer, choice: HostChoice])[] = [
  ...Array.from(
    BALANCERS,
    ([name, make]) => [name, make(settings({ random: Math.random })), { ...ANY_HOST, hash: hashOf('a user') }] as const,
  ),
  [
    'a subset',
    withSubsets(roundRobin, { fallback: 'none', defaultSubset: new Labels({}), selectors: [['version']] }),
    { ...ANY_HOST, labels: new Labels({ version: '1' }) },
  ],
  [
    'priorities and localities',
    withPriorities(roundRobin, {
      overprovisioning: 1.4,
      panicThreshold: 0.5,
      localityWeights: new Map([
        ['near', 3],
        ['far', 1],
      ]),
      random: Math.random,
    }),
    ANY_HOST,
  ],
  [
    'an original destination',
    new OriginalDestination({ timers: settings().timers, listensAt: () => false }),
    { ...ANY_HOST, destination: '10.0.0.3:80' },
  ],
];

for (const [name, balancer, choice] of cases) {
  test(`a pick makes no object: ${name}`, () => {
    // The smallest object takes 24 bytes. V8 may box a random number or a reading of the clock, which takes 16.
    const bytes = bytesPerPick(balancer, choice);
    assert.ok(bytes < 20, `${bytes} bytes a pick`);
  });
}
