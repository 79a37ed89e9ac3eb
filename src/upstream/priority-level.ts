import { mixHash } from '../base/hash-bits.ts';
import type { HostChoice, Picker } from './balancer.ts';
import { HealthFlag, type Host } from './host.ts';

/** What is overlooked of hosts when too few of them are well: all but that they have said that they are about to end. */
export const IN_PANIC = HealthFlag.activeCheck | HealthFlag.outlier | HealthFlag.suspended;

/** Hosts of one place and one priority. */
export interface Locality {
  readonly hosts: readonly Host[];
  readonly weight: number;
  readonly picker: Picker;
}

/** The hosts of one priority. What is known of their health is what `reckon` found. */
export class Level {
  private readonly localities: readonly Locality[];
  /** What each locality and those before it get together, of `shared`. */
  private readonly upTo: Float64Array;
  private readonly upToInPanic: Float64Array;
  /** Hosts that are there: one that has said that it is about to end counts as gone. */
  present = 0;
  /** The share of them that are well. */
  wellShare = 0;
  /** What of all requests the level can carry, at most 1. */
  capacity = 0;
  /** So few hosts are well that all are asked. */
  panic = false;

  constructor(localities: readonly Locality[]) {
    this.localities = localities;
    this.upTo = new Float64Array(localities.length);
    this.upToInPanic = new Float64Array(localities.length);
  }

  reckon(overprovisioning: number): void {
    let present = 0;
    let well = 0;
    let shared = 0;
    let sharedInPanic = 0;
    for (const [at, { hosts, weight }] of this.localities.entries()) {
      const presentHere = count(hosts, IN_PANIC);
      const wellHere = count(hosts, 0);
      present += presentHere;
      well += wellHere;
      shared += presentHere === 0 ? 0 : weight * Math.min(1, (overprovisioning * wellHere) / presentHere);
      sharedInPanic += presentHere === 0 ? 0 : weight;
      this.upTo[at] = shared;
      this.upToInPanic[at] = sharedInPanic;
    }
    this.present = present;
    this.wellShare = present === 0 ? 0 : well / present;
    this.capacity = Math.min(1, overprovisioning * this.wellShare);
  }

  /** `key` decides on the locality. */
  pick(choice: HostChoice, key: number, tried: readonly Host[], overlook: number): Host | undefined {
    const { localities } = this;
    const upTo = this.panic ? this.upToInPanic : this.upTo;
    const first = placeOf(key, upTo);
    if (first >= 0) {
      const host = localities[first]!.picker.pick(choice, tried, overlook);
      if (host !== undefined) return host;
    }
    for (let at = 0; at < localities.length; at++) {
      const host = at === first ? undefined : localities[at]!.picker.pick(choice, tried, overlook);
      if (host !== undefined) return host;
    }
    return undefined;
  }
}

/**
 * The place of one of several shares, given by what each and those before it have together; -1 when they have nothing. Equal keys have
 * equal places, and of all keys each place has its share. Keys are integers, which V8 does not box.
 */
export function placeOf(key: number, upTo: Float64Array): number {
  const drawn = (mixHash(key) / 2 ** 32) * (upTo[upTo.length - 1] ?? 0);
  for (let at = 0; at < upTo.length; at++) if (upTo[at]! > drawn) return at;
  return -1;
}

function count(hosts: readonly Host[], overlook: number): number {
  let fit = 0;
  for (const host of hosts) if (host.fit(overlook)) fit++;
  return fit;
}
