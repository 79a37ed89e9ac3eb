import { ipVersion } from '../../../base/schema/ip.ts';
import { AddressSet } from '../../address-set.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { hostOf } from '../../format/address-parts.ts';
import { Policies } from '../../policies.ts';
import { type IpAccessSettings, settings } from './settings.ts';

const kind: FilterKind<IpAccessSettings> = {
  type: 'ip_access',
  settings,
  build: (own) => new IpAccessFilter(own),
};
export default kind;

/** Lets requests in by the address of the client, in MOSN's meaning. */
class IpAccessFilter implements Filter {
  readonly name = kind.type;
  private readonly policies: Policies<IpAccessSettings, AccessPolicy>;

  constructor(own: IpAccessSettings) {
    this.policies = new Policies(kind, own, (each) => new AccessPolicy(each));
  }

  onRoute(exchange: Exchange): Verdict {
    if (!this.policies.of(exchange).allows(exchange)) exchange.reply('denied', 'access denied');
    return undefined;
  }
}

class AccessPolicy {
  private readonly header: string;
  private readonly trusted: AddressSet;
  private readonly rules: readonly { readonly allow: boolean; readonly addresses: AddressSet }[];
  private readonly otherwise: boolean;

  constructor({ header, trustedProxies, rules, defaultAction }: IpAccessSettings) {
    this.header = header.toLowerCase();
    this.trusted = new AddressSet(trustedProxies);
    this.rules = rules.map(({ action, addresses }) => ({ allow: action === 'allow', addresses: new AddressSet(addresses) }));
    this.otherwise = defaultAction === 'allow';
  }

  allows({ request, downstream }: Exchange): boolean {
    const peer = hostOf(downstream.remoteAddress);
    const said = this.header === '' ? undefined : request.fields.get(this.header);
    const client = said === undefined ? peer : this.believe(said, peer);
    // A header that names nobody is no way round the rules.
    if (client === undefined) return false;
    for (const { allow, addresses } of this.rules) if (addresses.has(client)) return allow;
    return this.otherwise;
  }

  /** Who the client is by what the header says: addresses, the nearest one last. undefined when it names none. */
  private believe(said: string, peer: string): string | undefined {
    if (!this.trusted.isEmpty && !this.trusted.has(peer)) return peer;
    const named = said.split(',');
    for (let at = named.length - 1; at >= 0; at--) {
      const address = hostOf(named[at]!.trim());
      if (ipVersion(address) === undefined) return undefined;
      if (at === 0 || !this.trusted.has(address)) return address;
    }
    return undefined;
  }
}
