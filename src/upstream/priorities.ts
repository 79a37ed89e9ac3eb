import { NO_HASH } from '../base/hash-bits.ts';
import { type HealthChanges, type HostChoice, type LoadBalancer, NOTHING, type Picker } from './balancer.ts';
import type { Host } from './host.ts';
import { IN_PANIC, Level, type Locality, placeOf } from './priority-level.ts';

export interface PrioritySettings {
  /** At least 1. So many times the share of hosts that are well is what a priority can carry: it sheds load only when more than that is missing. */
  readonly overprovisioning: number;
  /** From 0 to 1: with a smaller share of hosts that are well, all of them are asked. 0: never. */
  readonly panicThreshold: number;
  /** By the name of the locality; undefined: it makes no difference where a host is. A locality that is not named gets nothing. */
  readonly localityWeights: ReadonlyMap<string, number> | undefined;
  /** Numbers from 0 up to but not including 1. */
  readonly random: () => number;
}

/** Makes one choice of a request independent of another by the same hash. */
const SALT = 0x5bd1e995;

/** Hosts of the first priority as long as they can carry it all, then those of the next: Envoy's rules. */
class PriorityPicker implements Picker {
  /** The first priority first. */
  private readonly levels: readonly Level[];
  private readonly health: HealthChanges;
  private readonly settings: PrioritySettings;
  /** What of all requests each level and those before it get together. */
  private readonly upTo: Float64Array;
  /** The state of health that it was reckoned from. */
  private reckonedFrom: number;

  constructor(levels: readonly Level[], health: HealthChanges, settings: PrioritySettings) {
    this.levels = levels;
    this.health = health;
    this.settings = settings;
    this.upTo = new Float64Array(levels.length);
    this.reckonedFrom = health.healthChanges;
    this.reckon();
  }

  pick(choice: HostChoice, tried: readonly Host[], overlook = NOTHING): Host | undefined {
    if (this.reckonedFrom !== this.health.healthChanges) {
      this.reckonedFrom = this.health.healthChanges;
      this.reckon();
    }
    const { levels, upTo } = this;
    const key = choice.hash === NO_HASH ? (this.settings.random() * 2 ** 32) | 0 : choice.hash | 0;
    const first = placeOf(key, upTo);
    if (first >= 0) {
      const host = this.pickFrom(first, key, choice, tried, overlook);
      if (host !== undefined) return host;
    }
    // All of it have been tried: another priority is better than nothing.
    for (let at = 0; at < levels.length; at++) {
      const host = at === first ? undefined : this.pickFrom(at, key, choice, tried, overlook);
      if (host !== undefined) return host;
    }
    return undefined;
  }

  private pickFrom(at: number, key: number, choice: HostChoice, tried: readonly Host[], overlook: number): Host | undefined {
    const level = this.levels[at]!;
    return level.pick(choice, key ^ SALT, tried, level.panic ? overlook | IN_PANIC : overlook);
  }

  private reckon(): void {
    const { levels, upTo } = this;
    const { overprovisioning, panicThreshold } = this.settings;
    let capacity = 0;
    let hosts = 0;
    for (const level of levels) {
      level.reckon(overprovisioning);
      capacity += level.capacity;
      hosts += level.present;
    }
    // As long as those that are well can carry it all, it makes no difference how few they are.
    let allPanic = panicThreshold > 0;
    for (const level of levels) {
      level.panic = capacity < 1 && level.wellShare < panicThreshold;
      allPanic &&= level.panic;
    }
    let given = 0;
    for (const [at, level] of levels.entries()) {
      if (allPanic) given += hosts === 0 ? 0 : level.present / hosts;
      else if (capacity > 0) given += Math.min(1 - given, level.capacity / Math.min(1, capacity));
      upTo[at] = given;
    }
  }
}

/**
 * Hosts by priority and by locality. Where there is but one priority, no weights of localities and no panic threshold, nothing comes
 * between a request and its balancer.
 */
export function withPriorities(balancer: LoadBalancer, settings: PrioritySettings): LoadBalancer {
  return {
    name: balancer.name,
    build(hosts, health = { healthChanges: 0 }) {
      const priorities = [...new Set(hosts.map(({ priority }) => priority))].sort((one, other) => one - other);
      if (priorities.length < 2 && settings.localityWeights === undefined && settings.panicThreshold === 0)
        return balancer.build(hosts, health);
      const levels = priorities.map((priority) => {
        const members = hosts.filter((host) => host.priority === priority);
        return new Level(localities(members, balancer, settings.localityWeights, health));
      });
      return new PriorityPicker(levels, health, settings);
    },
  };
}

function localities(
  hosts: readonly Host[],
  balancer: LoadBalancer,
  weights: ReadonlyMap<string, number> | undefined,
  health: HealthChanges,
): readonly Locality[] {
  if (weights === undefined) return [{ hosts, weight: 1, picker: balancer.build(hosts, health) }];
  const names = [...new Set(hosts.map(({ locality }) => locality))].filter((name) => (weights.get(name) ?? 0) > 0).sort();
  return names.map((name) => {
    const members = hosts.filter(({ locality }) => locality === name);
    return { hosts: members, weight: weights.get(name) ?? 0, picker: balancer.build(members, health) };
  });
}
