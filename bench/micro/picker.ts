import type benchmark from 'benchmark';
import { ManualTimers } from '../../src/base/manual-timers.ts';
import { ANY_HOST, NO_HOSTS_TRIED } from '../../src/upstream/balancer.ts';
import { LOAD_BALANCERS } from '../../src/upstream/balancers/index.ts';
import { balancerSettings } from '../../src/upstream/balancers/settings.ts';
import { UpstreamCounts } from '../../src/upstream/counts.ts';
import { Host } from '../../src/upstream/host.ts';

function hosts(count: number): Host[] {
  const noPool = () => {
    throw new Error('no connection is made here');
  };
  return Array.from(
    { length: count },
    (_, index) => new Host({ address: `10.0.0.${index}:80`, weight: 1 + (index % 7) }, new UpstreamCounts(), noPool),
  );
}

/** What one pick costs, among one host, ten and a thousand. */
export default function addCases(suite: benchmark.Suite): void {
  for (const make of LOAD_BALANCERS.values()) {
    const balancer = make(balancerSettings(new ManualTimers()));
    for (const count of [1, 10, 1000]) {
      const picker = balancer.build(hosts(count));
      suite.add(`${balancer.name}, ${count} hosts`, () => {
        if (picker.pick(ANY_HOST, NO_HOSTS_TRIED) === undefined) throw new Error('nothing was picked');
      });
    }
  }
}
