import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashOf } from '../../../src/base/hash.ts';
import { ANY_HOST, NO_HOSTS_TRIED, type Picker } from '../../../src/upstream/balancer.ts';
import { maglev } from '../../../src/upstream/balancers/maglev.ts';
import { roundRobin } from '../../../src/upstream/balancers/round-robin.ts';
import { HealthFlag, type Host, type HostSpec } from '../../../src/upstream/host.ts';
import { type PrioritySettings, withPriorities } from '../../../src/upstream/priorities.ts';
import { hashed, hostAt, seeded, settings } from './fixtures.ts';

const PICKS = 100_000;

/** Hosts, and a picker that is told when their health changes. */
class Scene {
  readonly hosts: readonly Host[];
  readonly picker: Picker;
  private readonly health = { healthChanges: 0 };

  constructor(specs: readonly Partial<HostSpec>[], given: Partial<PrioritySettings> = {}, balancer = roundRobin({ random: () => 0 })) {
    this.hosts = specs.map((spec, index) => hostAt(`10.0.0.${index}:80`, spec));
    const prioritized = withPriorities(balancer, {
      overprovisioning: 1.4,
      panicThreshold: 0,
      localityWeights: undefined,
      random: seeded(1),
      ...given,
    });
    this.picker = prioritized.build(this.hosts, this.health);
  }

  ill(...indexes: number[]): this {
    return this.unfit(HealthFlag.activeCheck, ...indexes);
  }

  ending(...indexes: number[]): this {
    return this.unfit(HealthFlag.ending, ...indexes);
  }

  unfit(flag: HealthFlag, ...indexes: number[]): this {
    for (const index of indexes) this.hosts[index]!.setHealthFlag(flag);
    this.health.healthChanges++;
    return this;
  }

  /** Shares of the picks, by what is said of a host. */
  shares<K>(groupOf: (host: Host) => K): Map<K | undefined, number> {
    const counts = new Map<K | undefined, number>();
    for (let pick = 0; pick < PICKS; pick++) {
      const host = this.picker.pick(ANY_HOST, NO_HOSTS_TRIED);
      const group = host === undefined ? undefined : groupOf(host);
      counts.set(group, (counts.get(group) ?? 0) + 1 / PICKS);
    }
    return counts;
  }

  byPriority(): number[] {
    const counts = this.shares(({ priority }) => priority);
    return [0, 1, 2].map((priority) => counts.get(priority) ?? 0);
  }
}

/** So many hosts of each priority. */
function priorities(...counts: number[]): Partial<HostSpec>[] {
  return counts.flatMap((count, priority) => Array.from({ length: count }, () => ({ priority })));
}

function near(actual: readonly number[], expected: readonly number[]): void {
  for (const [index, want] of expected.entries()) {
    assert.ok(Math.abs(actual[index]! - want) < 0.01, `${actual} are not about ${expected}`);
  }
}

test('hosts of one priority without more have their balancer alone', () => {
  const balancer = roundRobin();
  let built = 0;
  const counting = {
    ...balancer,
    build(hosts: readonly Host[]) {
      built++;
      return balancer.build(hosts);
    },
  };
  const picker = withPriorities(counting, {
    overprovisioning: 1.4,
    panicThreshold: 0,
    localityWeights: undefined,
    random: Math.random,
  }).build([hostAt('a'), hostAt('b')]);
  assert.equal(built, 1);
  assert.equal(picker.constructor, balancer.build([]).constructor);
});

test('the first priority gets everything while all of its hosts are well', () => {
  near(new Scene(priorities(2, 2)).byPriority(), [1, 0]);
});

test('it keeps everything until more is missing than overprovisioning makes up for', () => {
  const scene = new Scene(priorities(10, 2));
  near(scene.ill(0, 1).byPriority(), [1, 0]);
  near(scene.ill(2).byPriority(), [0.98, 0.02]);
  near(scene.ill(3, 4).byPriority(), [0.7, 0.3]);
});

test('a priority without a well host gives all to the next, and that to the one after it', () => {
  const scene = new Scene(priorities(1, 2, 1));
  near(scene.ill(0).byPriority(), [0, 1, 0]);
  near(scene.ill(1).byPriority(), [0, 0.7, 0.3]);
});

test('when all together cannot carry it, each gets what it can in proportion', () => {
  const scene = new Scene(priorities(10, 10)).ill(0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16);
  near(scene.byPriority(), [0.4, 0.6]);
});

test('when no host is well nothing is picked, unless there is panic', () => {
  assert.equal(new Scene(priorities(1, 1)).ill(0, 1).picker.pick(ANY_HOST, NO_HOSTS_TRIED), undefined);
  near(new Scene(priorities(1, 3), { panicThreshold: 0.5 }).ill(0, 1, 2, 3).byPriority(), [0.25, 0.75]);
});

test('with fewer well hosts than the panic threshold all of them are asked, ill or not', () => {
  const shareOfIll = (ill: number): number => {
    const scene = new Scene(priorities(10), { panicThreshold: 0.5 }).ill(...Array(ill).keys());
    return scene.shares((host) => host.healthy).get(false) ?? 0;
  };
  near([shareOfIll(5), shareOfIll(6)], [0, 0.6]);
});

test('in panic it makes no difference who has found a host unfit, but one that is about to end is left alone', () => {
  const scene = new Scene(priorities(4), { panicThreshold: 1 })
    .unfit(HealthFlag.activeCheck, 0)
    .unfit(HealthFlag.outlier, 1)
    .unfit(HealthFlag.suspended, 2)
    .unfit(HealthFlag.ending, 3);
  const counts = scene.shares((host) => scene.hosts.indexOf(host));
  near(
    [0, 1, 2, 3].map((index) => counts.get(index) ?? 0),
    [1 / 3, 1 / 3, 1 / 3, 0],
  );
});

test('there is no panic in a priority as long as all together can carry everything', () => {
  const scene = new Scene(priorities(10, 10), { panicThreshold: 0.5 }).ill(0, 1, 2, 3, 4, 5);
  assert.equal(scene.shares((host) => host.healthy).get(false), undefined);
  near(scene.byPriority(), [0.56, 0.44]);
});

test('a host that is about to end counts as gone, and is not asked in panic either', () => {
  const scene = new Scene(priorities(4), { panicThreshold: 0.5 }).ending(0, 1, 2);
  assert.deepEqual(new Set(scene.shares((host) => host).keys()), new Set([scene.hosts[3]]));
  scene.ill(3);
  assert.deepEqual(new Set(scene.shares((host) => host).keys()), new Set([scene.hosts[3]]));
});

test('another attempt goes to the next priority when all hosts of the first have been tried', () => {
  const { hosts, picker } = new Scene(priorities(2, 1));
  assert.equal(picker.pick(ANY_HOST, hosts.slice(0, 2)), hosts[2]);
  assert.equal(picker.pick(ANY_HOST, hosts), undefined);
});

const ZONES = new Map([
  ['near', 3],
  ['far', 1],
]);

function zones(near: number, far: number): Partial<HostSpec>[] {
  return [...Array.from({ length: near }, () => ({ locality: 'near' })), ...Array.from({ length: far }, () => ({ locality: 'far' }))];
}

function byZone(scene: Scene): number[] {
  const counts = scene.shares(({ locality }) => locality);
  return ['near', 'far'].map((zone) => counts.get(zone) ?? 0);
}

test('localities get their weights, however many hosts each has', () => {
  near(byZone(new Scene(zones(1, 9), { localityWeights: ZONES })), [0.75, 0.25]);
});

test('a locality sheds load when more of it is ill than overprovisioning makes up for', () => {
  const scene = new Scene(zones(10, 10), { localityWeights: ZONES });
  near(byZone(scene.ill(0, 1)), [0.75, 0.25]);
  // Half of it with 1.4: 2.1 to 1.
  near(byZone(scene.ill(2, 3, 4)), [2.1 / 3.1, 1 / 3.1]);
});

test('in panic localities have their weights', () => {
  const scene = new Scene(zones(10, 10), { localityWeights: ZONES, panicThreshold: 0.5 });
  near(byZone(scene.ill(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), [0.75, 0.25]);
});

test('a locality without a weight gets nothing', () => {
  near(byZone(new Scene(zones(2, 2), { localityWeights: new Map([['near', 1]]) })), [1, 0]);
});

test('another attempt goes to another locality when all hosts of the first have been tried', () => {
  const { hosts, picker } = new Scene(zones(1, 1), { localityWeights: ZONES });
  for (let pick = 0; pick < 20; pick++) assert.equal(picker.pick(ANY_HOST, [hosts[0]!]), hosts[1]);
});

test('equal hashes go to one host across priorities and localities, and shares are those of the weights', () => {
  const specs = [0, 1].flatMap((priority) => zones(3, 3).map((zone) => ({ ...zone, priority })));
  const scene = new Scene(specs, { localityWeights: ZONES }, maglev(settings())).ill(0, 1, 2);
  const counts = [0, 0];
  for (let key = 0; key < PICKS; key++) {
    const choice = hashed(hashOf(`key ${key}`));
    const host = scene.picker.pick(choice, NO_HOSTS_TRIED)!;
    if (key < 100) assert.equal(scene.picker.pick(choice, NO_HOSTS_TRIED), host);
    counts[host.priority]! += 1 / PICKS;
  }
  near(counts, [0.7, 0.3]);
});

test('whatever is ill or tried, a well untried host is picked when there is one, and none else without panic', () => {
  const some = fc.array(
    fc.record({
      priority: fc.integer({ min: 0, max: 2 }),
      locality: fc.constantFrom('near', 'far'),
      ill: fc.boolean(),
      tried: fc.boolean(),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(some, (given) => {
      const scene = new Scene(given, { localityWeights: ZONES });
      scene.ill(...given.flatMap(({ ill }, index) => (ill ? [index] : [])));
      const tried = scene.hosts.filter((_, index) => given[index]!.tried);
      const allowed = scene.hosts.filter((host) => host.healthy && !tried.includes(host));
      for (let pick = 0; pick < 10; pick++) {
        const host = scene.picker.pick(ANY_HOST, tried);
        if (allowed.length === 0) assert.equal(host, undefined);
        else assert.ok(host !== undefined && allowed.includes(host));
      }
    }),
  );
});
