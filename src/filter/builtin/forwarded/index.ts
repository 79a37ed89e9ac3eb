import { randomUUID } from 'node:crypto';
import { ipVersion } from '../../../base/schema/ip.ts';
import type { Fields } from '../../../protocol/fields.ts';
import type { RequestHead } from '../../../protocol/head.ts';
import { AddressSet } from '../../address-set.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { FilterKind } from '../../filter-kind.ts';
import { hostOf } from '../../format/address-parts.ts';
import { slot } from '../../slot.ts';
import { type ForwardedSettings, settings } from './settings.ts';
import { forwardedFor, listItems, Trust } from './trust.ts';

const kind: FilterKind<ForwardedSettings> = {
  type: 'forwarded',
  settings,
  build: (own) => new ForwardedFilter(own),
};
export default kind;

const REQUEST_ID = slot<string>();

const asItIs = (item: string): string => item;

/**
 * Tells upstreams whom a request comes from, what was asked of the first proxy, and by what name to speak of the request. What strangers
 * say of that is thrown away. It acts before there is a route, so that routes may go by what it says.
 */
class ForwardedFilter implements Filter {
  readonly name = kind.type;
  private readonly settings: ForwardedSettings;
  private readonly trust: Trust;

  constructor(own: ForwardedSettings) {
    this.settings = own;
    this.trust = new Trust(own.trustedHops, new AddressSet(own.trustedProxies));
  }

  onRequest(exchange: Exchange): Verdict {
    const { request, downstream } = exchange;
    if (request.scheme === '' && !this.settings.calls) return undefined;
    const peer = hostOf(downstream.remoteAddress);
    const known = this.trust.believes(peer, 1);
    const proto = downstream.secure ? 'https' : 'http';
    this.addForwarded(request, peer, proto);
    const { fields } = request;
    if (this.settings.xForwardedFor) {
      const said = listItems(fields.get('x-forwarded-for'));
      const kept = said.slice(said.length - this.trust.believed(said, peer, asItIs));
      fields.set('x-forwarded-for', [...kept, named(peer)].join(', '));
    }
    if (this.settings.xForwardedProto) keepOrSet(fields, 'x-forwarded-proto', known, proto);
    if (this.settings.xForwardedHost) keepOrSet(fields, 'x-forwarded-host', known, request.authority);
    if (this.settings.xRequestId) this.nameRequest(exchange, known);
    this.addVia(request.protocol, fields);
    return undefined;
  }

  onResponse(exchange: Exchange): Verdict {
    const { request, response } = exchange;
    if (response === undefined || (request.scheme === '' && !this.settings.calls)) return undefined;
    const id = this.settings.requestIdInResponse ? exchange.get(REQUEST_ID) : undefined;
    if (id !== undefined) response.fields.set('x-request-id', id);
    this.addVia(response.protocol === 'local' ? request.protocol : response.protocol, response.fields);
    return undefined;
  }

  /** RFC 7239 section 4. */
  private addForwarded({ fields, authority }: RequestHead, peer: string, proto: string): void {
    if (!this.settings.forwarded) return;
    const said = listItems(fields.get('forwarded'));
    const kept = said.slice(said.length - this.trust.believed(said, peer, forwardedFor));
    const host = authority === '' ? '' : `;host=${value(authority)}`;
    fields.set('forwarded', [...kept, `for=${value(node(peer))};proto=${proto}${host}`].join(', '));
  }

  private nameRequest(exchange: Exchange, known: boolean): void {
    const { fields } = exchange.request;
    const given = fields.get('x-request-id');
    const id = given !== undefined && (known || this.settings.preserveExternalRequestId) ? given : randomUUID();
    if (id !== given) fields.set('x-request-id', id);
    if (this.settings.requestIdInResponse) exchange.set(REQUEST_ID, id);
  }

  /** RFC 9110 section 7.6.3: each proxy adds itself, with the version in which it got the message. */
  private addVia(protocol: string, fields: Fields): void {
    const { via } = this.settings;
    if (via === undefined) return;
    const before = fields.get('via');
    fields.set('via', `${before === undefined ? '' : `${before}, `}${receivedProtocol(protocol)} ${via}`);
  }
}

/** The version of HTTP, by the number that its protocol's name ends with; the name of what is another protocol. */
function receivedProtocol(protocol: string): string {
  const [, major] = /^http(\d)$/.exec(protocol) ?? [];
  if (major === undefined) return protocol;
  return major === '1' ? '1.1' : major;
}

function keepOrSet(fields: Fields, name: string, keep: boolean, value: string): void {
  if (!keep || !fields.has(name)) fields.set(name, value);
}

/** Clients of Unix sockets have no address. */
function named(peer: string): string {
  return ipVersion(peer) === undefined ? 'unknown' : peer;
}

/** RFC 7239 section 6: IPv6 stands in brackets. */
function node(peer: string): string {
  return ipVersion(peer) === 6 ? `[${peer}]` : named(peer);
}

/** RFC 7239 section 4: what is no token is quoted. */
function value(text: string): string {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
