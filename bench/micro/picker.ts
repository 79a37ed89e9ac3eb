import type benchmark from 'benchmark';
import { hashOf } from '../../src/base/hash.ts';
import { ManualTimers } from '../../src/base/manual-timers.ts';
import { ANY_HOST, type HostChoice, type LoadBalancer, NO_HOSTS_TRIED } from '../../src/upstream/balancer.ts';
import { LOAD_BALANCERS, loadBalancers } from '../../src/upstream/balancers/index.ts';
import { balancerSettings } from '../../src/upstream/balancers/settings.ts';
import { UpstreamCounts } from '../../src/upstream/counts.ts';
import { HealthFlag, Host } from '../../src/upstream/host.ts';
import { Labels } from '../../src/upstream/labels.ts';
import { withPriorities } from '../../src/upstream/priorities.ts';
import { withSubsets } from '../../src/upstream/subsets.ts';

const BALANCERS = await loadBalancers(LOAD_BALANCERS);
const settings = balancerSettings(new ManualTimers());
const roundRobin = BALANCERS.get('LB_ROUNDROBIN')!(settings);
const HASHED: HostChoice = { ...ANY_HOST, hash: hashOf('a user') };
const LABELLED: HostChoice = { ...ANY_HOST, labels: new Labels({ version: '1' }) };

const divided = withSubsets(roundRobin, { fallback: 'any', defaultSubset: new Labels({}), selectors: [['version']] });
const prioritized = withPriorities(roundRobin, {
  overprovisioning: 1.4,
  panicThreshold: 0.5,
  localityWeights: new Map([
    ['near', 3],
    ['far', 1],
  ]),
  random: Math.random,
});

/** Of several weights, labels, priorities and places. */
function hosts(count: number): Host[] {
  const noPool = () => {
    throw new Error('no connection is made here');
  };
  return Array.from({ length: count }, (_, index) => {
    const spec = {
      address: `10.0.${index >> 8}.${index & 255}:80`,
      weight: 1 + (index % 7),
      metadata: { version: String(index % 10 === 0 ? 1 : 2) },
      priority: index % 2,
      locality: index % 3 === 0 ? 'far' : 'near',
    };
    return new Host(spec, new UpstreamCounts(), noPool);
  });
}

/** What one pick costs, among one host, ten and a thousand; with a tenth of them ill; and what it costs to take over another set of hosts. */
export default function addCases(suite: benchmark.Suite): void {
  for (const [name, make] of BALANCERS) {
    for (const count of [1, 10, 1000]) addPick(suite, `${name}, ${count} hosts`, make(settings), hosts(count), HASHED);
    addPick(suite, `${name}, 1000 hosts, a tenth of them ill`, make(settings), withIll(hosts(1000)), HASHED);
  }
  addPick(suite, 'a subset of 1000 hosts', divided, hosts(1000), LABELLED);
  addPick(suite, 'priorities and localities of 1000 hosts', prioritized, hosts(1000), ANY_HOST);
  for (const name of ['LB_WEIGHTED_ROUNDROBIN', 'LB_MAGLEV', 'LB_RINGHASH']) {
    const balancer = BALANCERS.get(name)!(settings);
    const all = hosts(1000);
    suite.add(`${name}, to build for 1000 hosts`, () => {
      balancer.build(all);
    });
  }
}

function addPick(suite: benchmark.Suite, title: string, balancer: LoadBalancer, among: readonly Host[], choice: HostChoice): void {
  const picker = balancer.build(among);
  suite.add(title, () => {
    if (picker.pick(choice, NO_HOSTS_TRIED) === undefined) throw new Error('nothing was picked');
  });
}

function withIll(all: readonly Host[]): readonly Host[] {
  for (const [index, host] of all.entries()) if (index % 10 === 5) host.setHealthFlag(HealthFlag.outlier);
  return all;
}
