import { didYouMean } from '../../base/nearest.ts';
import type { Exchange } from '../filter.ts';
import { envoyVariable } from './envoy-variables.ts';
import { durationText, timeText } from './go-text.ts';
import { cookie, pathOf, queryArgument, queryOf } from './request-parts.ts';

/** Something that is known of an exchange, by MOSN's name for it. */
export interface Variable {
  /** undefined when there is no such thing in this exchange. */
  read(exchange: Exchange): string | undefined;
  /** A peer chose the value: it may hold anything. */
  readonly foreign: boolean;
}

type Read = Variable['read'];

/** What we measured or decided ourselves. */
const OWN: Readonly<Record<string, Read>> = {
  start_time: ({ timing }) => timeText(timing.startedAt),
  request_received_duration: ({ timing }) => since(timing.start, timing.requestSent),
  response_received_duration: ({ timing }) => since(timing.start, timing.responseStarted),
  request_finished_duration: ({ timing }) => since(timing.start, timing.completed),
  duration: ({ timing }) => since(timing.start, timing.completed),
  process_time_duration: ({ timing }) => {
    const { start, requestSent, responseStarted, completed } = timing;
    const sending = (requestSent ?? start) - start;
    return durationText(responseStarted === undefined || completed === undefined ? sending : sending + completed - responseStarted);
  },
  bytes_sent: ({ bytesSent }) => String(bytesSent),
  bytes_received: ({ bytesReceived }) => String(bytesReceived),
  protocol: ({ request }) => request.protocol,
  downstream_protocol: ({ request }) => request.protocol,
  upstream_protocol: ({ response }) => response?.protocol,
  response_code: ({ response }) => String(response?.status ?? 0),
  'x-mosn-status': ({ response }) => String(response?.status ?? 0),
  response_flag: flagsOf,
  response_flags: flagsOf,
  upstream_local_address: ({ upstreamLocalAddress }) => upstreamLocalAddress,
  downstream_local_address: ({ downstream }) => downstream.localAddress,
  downstream_remote_address: ({ downstream }) => downstream.remoteAddress,
  listener_port: ({ downstream }) => /:(\d+)$/.exec(downstream.localAddress)?.[1],
  upstream_connection_id: ({ upstreamConnectionId: id }) => (id === undefined ? undefined : String(id)),
  listener_name: ({ listenerName }) => listenerName,
  connection_id: ({ downstream }) => String(downstream.id),
  upstream_host: ({ host }) => host?.address,
  upstream_cluster: ({ route }) => route?.clusterName,
  route_name: ({ route }) => route?.name,
};

/** What a peer said. */
const FOREIGN: Readonly<Record<string, Read>> = {
  requested_server_name: ({ downstream }) => downstream.serverName,
  upstream_transport_failure_reason: ({ fault }) => fault?.detail.replaceAll(' ', '_'),
  request_scheme: ({ request }) => request.scheme,
  request_method: ({ request }) => request.method,
  request_path: ({ request }) => pathOf(request.path),
  request_path_original: ({ request }) => pathOf(request.path),
  request_uri: ({ request }) => request.path,
  request_arg: ({ request }) => queryOf(request.path),
  authority: ({ request }) => request.authority,
  'x-mosn-scheme': ({ request }) => request.scheme,
  'x-mosn-method': ({ request }) => request.method,
  'x-mosn-host': ({ request }) => request.authority,
  'x-mosn-path': ({ request }) => pathOf(request.path),
  'x-mosn-path-original': ({ request }) => pathOf(request.path),
  'x-mosn-querystring': ({ request }) => queryOf(request.path),
  'x-mosn-rpc-service': ({ request }) => request.path,
  'x-mosn-rpc-method': ({ request }) => request.method,
};

/** Names that MOSN knows and for which there is nothing here: always missing. */
export const ABSENT: readonly string[] = ['trace_id', 'stream_id', 'request_length'];

/** What comes before a name that the caller chooses. MOSN says `header`, its users say `headers` as well. */
const PREFIXES: readonly (readonly [prefix: string, read: (name: string) => Read])[] = [
  ['request_header_', requestField],
  ['request_headers_', requestField],
  ['response_header_', responseField],
  ['response_headers_', responseField],
  [
    'request_arg_',
    (name) =>
      ({ request }) =>
        queryArgument(request.path, name),
  ],
  [
    'cookie_',
    (name) =>
      ({ request }) =>
        cookie(request.fields.get('cookie'), name),
  ],
];

/** MOSN's variables of one protocol have its name before them, and a capital letter first. Here they are the same for all. */
const PROTOCOL_PREFIX = /^[A-Z][A-Za-z0-9]*_/;

/** Envoy's way to write names that both know. */
const IN_CAPITALS = /^[A-Z]+(?:_[A-Z]+)*$/;

/** The variable of that name, MOSN's or Envoy's; a string says why there is none. */
export function variable(name: string): Variable | string {
  const envoys = envoyVariable(name);
  if (envoys !== undefined) return envoys;
  const neutral = IN_CAPITALS.test(name) ? name.toLowerCase() : name.replace(PROTOCOL_PREFIX, '');
  if (Object.hasOwn(OWN, neutral)) return { read: OWN[neutral]!, foreign: false };
  if (Object.hasOwn(FOREIGN, neutral)) return { read: FOREIGN[neutral]!, foreign: true };
  if (ABSENT.includes(neutral)) return { read: () => undefined, foreign: false };
  // The longest first: `request_headers_x` is the field `x`.
  const prefixes = PREFIXES.filter(([prefix]) => neutral.startsWith(prefix) && neutral.length > prefix.length);
  const [longest] = prefixes.sort(([one], [other]) => other.length - one.length);
  if (longest !== undefined) return { read: longest[1](neutral.slice(longest[0].length)), foreign: true };
  const suggestion = didYouMean(neutral, [...Object.keys(OWN), ...Object.keys(FOREIGN), ...ABSENT]);
  return `there is no variable ${JSON.stringify(name)}${suggestion === undefined ? '' : `: ${suggestion}`}`;
}

function requestField(name: string): Read {
  const field = name.toLowerCase();
  return ({ request }) => request.fields.get(field);
}

function responseField(name: string): Read {
  const field = name.toLowerCase();
  return ({ response }) => response?.fields.get(field);
}

/** What has not happened took no time: MOSN's way to print it. */
function since(start: number, end: number | undefined): string {
  return durationText(end === undefined ? 0 : end - start);
}

function flagsOf({ flags }: Exchange): string | undefined {
  return flags.length === 0 ? undefined : flags.join(',');
}
