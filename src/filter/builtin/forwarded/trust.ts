import type { AddressSet } from '../../address-set.ts';
import { hostOf } from '../../format/address-parts.ts';

/** Whose word about earlier hops is kept. */
export class Trust {
  private readonly hops: number;
  private readonly proxies: AddressSet;

  constructor(hops: number, proxies: AddressSet) {
    this.hops = hops;
    this.proxies = proxies;
  }

  /** `distance`: 1 is whom the connection comes from, 2 is who stands behind that, and so on. */
  believes(address: string, distance: number): boolean {
    return distance <= this.hops || this.proxies.has(address);
  }

  /**
   * How many items at the end of a list are to be believed. Each hop adds the address of the one before it: the last item is the word of
   * the peer, the item before it is the word of whom the last one names.
   */
  believed(items: readonly string[], peer: string, addressIn: (item: string) => string): number {
    let count = 0;
    let speaker = peer;
    while (count < items.length && this.believes(speaker, count + 1)) {
      count++;
      speaker = hostOf(addressIn(items[items.length - count]!));
    }
    return count;
  }
}

/** The items of a list, which commas part but for those in quoted strings (RFC 9110 section 5.6.1 and 5.6.4). */
export function listItems(field: string | undefined): readonly string[] {
  const items = field?.match(/(?:"(?:[^"\\]|\\.)*"?|[^",])+/g) ?? [];
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** The address in an element of `forwarded`: what `for` says, without its quotes. */
export function forwardedFor(element: string): string {
  const [, value = ''] = /(?:^|;)\s*for=("[^"]*"|[^;]*)/i.exec(element) ?? [];
  return value.replace(/^"|"$/g, '').trim();
}
