import assert from 'node:assert/strict';
import type { Fault } from '../../../src/base/fault.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { Pool } from '../../../src/stream/pool.ts';
import { ANY_HOST, type HostChoice, type LoadBalancer, NO_HOSTS_TRIED } from '../../../src/upstream/balancer.ts';
import { type BalancerSettings, balancerSettings } from '../../../src/upstream/balancers/settings.ts';
import { UpstreamCounts } from '../../../src/upstream/counts.ts';
import { Host, type HostSpec } from '../../../src/upstream/host.ts';

/** A pool that remembers what it was told. */
export class PoolDouble implements Pool {
  readonly protocol: Protocol;
  drained = 0;
  readonly calls: string[] = [];
  readonly connections = 0;
  readonly activeStreams = 0;
  readonly pending = 0;

  constructor(protocol: Protocol) {
    this.protocol = protocol;
  }

  open(): undefined {
    return undefined;
  }
  cancel(): void {}
  drain(): void {
    this.drained++;
  }
  close(_fault: Fault): void {}
  renew(): void {
    this.calls.push('renew');
  }
  interrupt({ detail }: Fault): void {
    this.calls.push(`interrupt: ${detail}`);
  }
  warm(connections: number): void {
    this.calls.push(`warm ${connections}`);
  }
}

export function protocolNamed(name: string): Protocol {
  const unused = () => {
    throw new Error('no connection is made in these tests');
  };
  return { name, sniff: () => 'no', server: unused, client: unused };
}

export function hostAt(address: string, spec: Partial<HostSpec> = {}): Host {
  return new Host({ address, ...spec }, new UpstreamCounts(), (_host, protocol) => new PoolDouble(protocol));
}

export function hosts(count: number): Host[] {
  return Array.from({ length: count }, (_, index) => hostAt(`10.0.0.${index}:80`));
}

/** Numbers that look random and are the same each time (mulberry32). */
export function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let bits = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Settings whose randomness is the same each time. */
export function settings(given: Partial<BalancerSettings> = {}): BalancerSettings {
  return balancerSettings(new ManualTimers(), { random: seeded(1), ...given });
}

/** Of a balancer that starts at the first host. */
export const FROM_THE_START = settings({ random: () => 0 });

export function hostsWeighing(...weights: number[]): Host[] {
  return weights.map((weight, index) => hostAt(`10.0.0.${index}:80`, { weight }));
}

export function hashed(hash: number): HostChoice {
  return { ...ANY_HOST, hash };
}

/** How often each host is picked. */
export function shares(balancer: LoadBalancer, among: readonly Host[], picks: number, tried: readonly Host[] = NO_HOSTS_TRIED): number[] {
  const picker = balancer.build(among);
  const counts = new Map<Host | undefined, number>();
  for (let pick = 0; pick < picks; pick++) {
    const host = picker.pick(ANY_HOST, tried);
    counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return among.map((host) => counts.get(host) ?? 0);
}

/** `tolerance`: a share of what is expected, so that 0.01 is 1 %. */
export function within(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  for (const [index, want] of expected.entries()) {
    const got = actual[index] ?? Number.NaN;
    assert.ok(Math.abs(got - want) <= tolerance * want, `host ${index} was picked ${got} times, not about ${want}`);
  }
}
