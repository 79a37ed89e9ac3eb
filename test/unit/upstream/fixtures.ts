import type { Fault } from '../../../src/base/fault.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { Pool } from '../../../src/stream/pool.ts';
import { UpstreamCounts } from '../../../src/upstream/counts.ts';
import { Host, type HostSpec } from '../../../src/upstream/host.ts';

/** A pool that remembers what it was told. */
export class PoolDouble implements Pool {
  readonly protocol: Protocol;
  drained = 0;
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
