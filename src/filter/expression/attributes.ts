import type { RequestHead } from '../../protocol/head.ts';
import type { Exchange } from '../filter.ts';
import { hostOf, portOf } from '../format/address-parts.ts';
import { pathOf, queryOf } from '../format/request-parts.ts';

/** What expressions can ask of a request, with the types of CEL. The names are MOSN's and Istio's. */
export const ATTRIBUTES = {
  request: {
    headers: 'map<string, string>',
    method: 'string',
    /** Without the query. For calls, the service. */
    path: 'string',
    /** With the query. */
    url_path: 'string',
    query_params: 'map<string, string>',
    host: 'string',
    scheme: 'string',
    time: 'google.protobuf.Timestamp',
    id: 'string',
    referer: 'string',
    useragent: 'string',
  },
  source: { ip: 'string', port: 'int' },
  origin: { ip: 'string' },
  connection: { id: 'string', mtls: 'bool' },
  context: { protocol: 'string' },
} as const;

type Section<S> = { readonly [K in keyof S]: unknown };
type Attributes = { readonly [K in keyof typeof ATTRIBUTES]: Section<(typeof ATTRIBUTES)[K]> };

/** The attributes of an exchange. Maps are made when they are asked for. */
export function attributesOf({ request, downstream, timing }: Exchange): Attributes {
  const ip = hostOf(downstream.remoteAddress);
  const { fields } = request;
  return {
    request: {
      get headers() {
        return headersOf(request);
      },
      method: request.method,
      path: pathOf(request.path),
      url_path: request.path,
      get query_params() {
        return parametersOf(request.path);
      },
      host: request.authority,
      scheme: request.scheme,
      get time() {
        return new Date(timing.startedAt);
      },
      get id() {
        return fields.get('x-request-id') ?? '';
      },
      get referer() {
        return fields.get('referer') ?? '';
      },
      get useragent() {
        return fields.get('user-agent') ?? '';
      },
    },
    source: { ip, port: BigInt(portOf(downstream.remoteAddress) ?? 0) },
    origin: { ip },
    connection: { id: String(downstream.id), mtls: downstream.secure },
    context: { protocol: request.protocol },
  };
}

/** Several lines of one name are one value (RFC 9110 section 5.3). */
function headersOf({ fields }: RequestHead): ReadonlyMap<string, string> {
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
