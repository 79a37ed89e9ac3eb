import type { RequestHead } from '../../protocol/head.ts';
import type { Exchange } from '../filter.ts';
import { hostOf, portOf } from '../format/address-parts.ts';
import { pathOf, queryOf } from '../format/request-parts.ts';

/** One thing that expressions can ask of a request: its type in CEL, and what it is. */
interface Attribute {
  readonly type: string;
  read(exchange: Exchange): unknown;
}

type Section = Readonly<Record<string, Attribute>>;

/** By section and name. */
export type Attributes = Readonly<Record<string, Section>>;

export const text = (read: (exchange: Exchange) => string): Attribute => ({ type: 'string', read });
export const texts = (read: (exchange: Exchange) => ReadonlyMap<string, string>): Attribute => ({ type: 'map<string, string>', read });
const field = (name: string): Attribute => text(({ request }) => request.fields.get(name) ?? '');

/** The names are MOSN's and Istio's. */
export const ATTRIBUTES: Attributes = {
  request: {
    headers: texts(({ request }) => headersOf(request)),
    method: text(({ request }) => request.method),
    // Without the query. For calls, the service.
    path: text(({ request }) => pathOf(request.path)),
    // With the query.
    url_path: text(({ request }) => request.path),
    query_params: texts(({ request }) => parametersOf(request.path)),
    host: text(({ request }) => request.authority),
    scheme: text(({ request }) => request.scheme),
    time: { type: 'google.protobuf.Timestamp', read: ({ timing }) => new Date(timing.startedAt) },
    id: field('x-request-id'),
    referer: field('referer'),
    useragent: field('user-agent'),
  },
  source: {
    ip: text(({ downstream }) => hostOf(downstream.remoteAddress)),
    port: { type: 'int', read: ({ downstream }) => BigInt(portOf(downstream.remoteAddress) ?? 0) },
  },
  origin: { ip: text(({ downstream }) => hostOf(downstream.remoteAddress)) },
  connection: {
    id: text(({ downstream }) => String(downstream.id)),
    requested_server_name: text(({ downstream }) => downstream.serverName ?? ''),
    mtls: { type: 'bool', read: ({ downstream }) => downstream.secure },
  },
  context: { protocol: text(({ request }) => request.protocol) },
};

/** Some attributes by section and name, as an expression asks for them. */
export type Question = ReadonlyMap<string, ReadonlySet<string>>;

/** Reads what is asked for and nothing else. */
export function attributeReader(
  question: Question,
  all: Attributes,
  values?: (exchange: Exchange) => Readonly<Record<string, unknown>>,
): (exchange: Exchange) => Record<string, unknown> {
  const sections = Array.from(question, ([section, names]) => ({
    section,
    attributes: Array.from(names, (name) => ({ name, attribute: all[section]![name]! })),
  }));
  return (exchange) => {
    const context: Record<string, unknown> = { ...values?.(exchange) };
    for (const { section, attributes } of sections) {
      const values: Record<string, unknown> = {};
      for (const { name, attribute } of attributes) values[name] = attribute.read(exchange);
      context[section] = values;
    }
    return context;
  };
}

/** Several lines of one name are one value (RFC 9110 section 5.3). */
export function headersOf({ fields }: Pick<RequestHead, 'fields'>): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const [name] of fields) if (!headers.has(name)) headers.set(name, fields.get(name) ?? '');
  return headers;
}

/** The first of each name, as routes see it. */
function parametersOf(target: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(queryOf(target))) if (!parameters.has(name)) parameters.set(name, value);
  return parameters;
}
