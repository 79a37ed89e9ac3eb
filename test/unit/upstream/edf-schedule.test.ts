import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOTHING } from '../../../src/upstream/balancer.ts';
import { EdfSchedule } from '../../../src/upstream/balancers/edf-schedule.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { hostsWeighing, within } from './fixtures.ts';

/** The same by looking at every host in each turn, and in exact fractions of the least common multiple of all weights. */
class NaiveSchedule {
  private readonly hosts: readonly Host[];
  private readonly period: number;
  private readonly due: number[];
  private readonly turns: number[];
  private clock = 0;
  private turn: number;

  constructor(hosts: readonly Host[]) {
    this.hosts = hosts;
    this.period = hosts.reduce((multiple, { weight }) => (multiple * weight) / gcd(multiple, weight), 1);
    this.due = hosts.map(({ weight }) => this.period / weight);
    this.turns = hosts.map((_, index) => index);
    this.turn = hosts.length;
  }

  next(): number {
    let first = 0;
    for (const index of this.hosts.keys()) {
      const difference = this.due[index]! - this.due[first]!;
      if (difference < 0 || (difference === 0 && this.turns[index]! < this.turns[first]!)) first = index;
    }
    this.clock = Math.max(this.clock, this.due[first]!);
    this.due[first] = this.clock + this.period / this.hosts[first]!.weight;
    this.turns[first] = this.turn++;
    return first;
  }
}

function gcd(one: number, other: number): number {
  return other === 0 ? one : gcd(other, one % other);
}

// Powers of two have exact reciprocals: with them ties are ties in both.
const exactWeights = fc.array(fc.constantFrom(1, 2, 4, 8, 16), { minLength: 1, maxLength: 12 });

test('the schedule is that of a naive model which looks at every host in each turn', () => {
  fc.assert(
    fc.property(exactWeights, (weights) => {
      const hosts = hostsWeighing(...weights);
      const [schedule, model] = [new EdfSchedule(hosts, ({ weight }) => weight, 0), new NaiveSchedule(hosts)];
      for (let turn = 0; turn < 100; turn++) assert.equal(hosts.indexOf(schedule.next([], NOTHING) as Host), model.next());
    }),
  );
});

test('shares stay within 1 % of the weights when deadlines have been set back many times', () => {
  const hosts = hostsWeighing(1, 2, 3);
  // Tiny weights: the horizon is reached every few turns.
  const schedule = new EdfSchedule(hosts, ({ weight }) => weight / 1e6, 0);
  const counts = [0, 0, 0];
  for (let turn = 0; turn < 60_000; turn++) counts[hosts.indexOf(schedule.next([], NOTHING) as Host)]!++;
  within(counts, [10_000, 20_000, 30_000], 0.01);
});

test('whatever hosts are ill, those that are well have shares by their weights', () => {
  const some = fc.array(fc.record({ ill: fc.boolean(), weight: fc.integer({ min: 1, max: 128 }) }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(some, (given) => {
      const hosts = hostsWeighing(...given.map(({ weight }) => weight));
      for (const [index, host] of hosts.entries()) if (given[index]!.ill) host.setHealthFlag(HealthFlag.outlier);
      const well = hosts.filter((host) => host.healthy);
      const total = well.reduce((sum, { weight }) => sum + weight, 0);
      const schedule = new EdfSchedule(hosts, ({ weight }) => weight, 0);
      const counts = new Map<Host | undefined, number>();
      for (let turn = 0; turn < total * 10; turn++) {
        const host = schedule.next([], NOTHING);
        counts.set(host, (counts.get(host) ?? 0) + 1);
      }
      // A turn more or less, for a period may end in the middle.
      for (const host of well)
        assert.ok(Math.abs((counts.get(host) ?? 0) - host.weight * 10) <= 1.01, `${counts.get(host)} of ${host.weight * 10}`);
    }),
    { numRuns: 50 },
  );
});

test('a weight that changes counts from the next turn on', () => {
  const hosts = hostsWeighing(1, 1);
  let first = 1;
  const schedule = new EdfSchedule(hosts, (host) => (host === hosts[0] ? first : 1), 0);
  for (let turn = 0; turn < 10; turn++) schedule.next([], NOTHING);
  first = 3;
  const counts = [0, 0];
  for (let turn = 0; turn < 400; turn++) counts[hosts.indexOf(schedule.next([], NOTHING) as Host)]!++;
  within(counts, [300, 100], 0.02);
});
