import { converted, dictionary, list } from '../../base/schema/collections.ts';
import { duration } from '../../base/schema/duration.ts';
import { defaulted, ignored, type Kept, optional } from '../../base/schema/fields.ts';
import { object } from '../../base/schema/object.ts';
import type { Report } from '../../base/schema/report.ts';
import { integer, text } from '../../base/schema/scalars.ts';
import type { Read, Schema } from '../../base/schema/schema.ts';
import type { Catalogue, HealthCheckEntry } from '../catalogue.ts';
import { optionsShape, readOptions, type SettingsOfProtocol } from './protocol-settings.ts';
import { inCatalogue } from './protocols.ts';

/** How a host is asked. */
export type CheckWay =
  /** It is connected to, and perhaps sent some bytes. All of them in hexadecimal digits. */
  | { readonly is: 'connect'; readonly port: number | undefined; readonly send: string; readonly receive: readonly string[] }
  /** It is sent a request, whose answer is judged by its status. */
  | ({ readonly is: 'request' } & RequestCheck)
  /** In a way that the protocol brings along. */
  | { readonly is: 'own'; readonly kind: string; readonly settings: SettingsOfProtocol }
  /** It is asked for a sign of life. */
  | { readonly is: 'life' };

export interface RequestCheck {
  readonly port: number | undefined;
  /** In milliseconds. */
  readonly timeout: number | undefined;
  readonly method: string;
  readonly path: string;
  readonly authority: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Both ends included. */
  readonly statuses: readonly { readonly from: number; readonly to: number }[];
}

const HEX = /^(?:[0-9a-f]{2})+$/i;

const hexBytes = converted(text(), (written, report) => {
  if (HEX.test(written)) return written;
  report.error(`must be bytes in hexadecimal digits, but is ${JSON.stringify(written)}`, 'two digits a byte, as in "50494e47"');
  return undefined;
});

const port = integer(1, 65535);

const connectCheck: Schema<CheckWay> = converted(
  object('Connection check', 'Connects to the host, and may send it bytes.', {
    port: optional(port, "Another port than that of the host's address."),
    send: optional(hexBytes, 'Bytes that are sent, in hexadecimal digits.'),
    receive: defaulted(
      list(hexBytes),
      [],
      'Bytes that the answer must hold, in hexadecimal digits and in this order, with anything between. Without any, to be connected is enough.',
    ),
  }),
  (written) => ({ is: 'connect', port: written.port, send: written.send ?? '', receive: written.receive }),
);

const status = integer(100, 599);

const statusRange = converted(
  object('Status range', 'Statuses of good answers, both ends included.', {
    start: defaulted(status, 200, 'The least.', { key: 'Start' }),
    end: defaulted(status, 200, 'The greatest.', { key: 'End' }),
  }),
  ({ start, end }, report) => {
    if (start > end) report.error(`begins at ${start} and ends at ${end}: no status is in it`);
    return { from: start, to: end };
  },
);

const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

const method = converted(text(), (written, report) => {
  // MOSN hands an empty one to Go, for which it is GET.
  if (written === '') return 'GET';
  if (METHOD.test(written)) return written;
  report.error(`must be a method such as "GET", but is ${JSON.stringify(written)}`);
  return undefined;
});

const requestCheck: Schema<CheckWay> = converted(
  object('Request check', 'Sends the host a request without a body, and judges the status of the answer.', {
    path: defaulted(text(), '/', 'What is asked for, with its query.'),
    method: defaulted(method, 'GET', 'The method.'),
    domain: optional(text({ atLeast: 1 }), "The authority (`Host`). Absent: the host's address."),
    headers: optional(dictionary(text()), 'Header fields, by their names.'),
    codes: optional(list(statusRange), 'The statuses of a host that works. Absent: 200 alone.'),
    port: optional(port, "Another port than that of the host's address."),
    timeout: optional(duration(), "Another time for the answer, where it is less than the check's own `timeout`."),
    scheme: ignored(
      text(),
      "hosts are checked by TLS where the cluster's `tls_context` says so",
      'http or https.',
      (value) => value === 'http',
    ),
  }),
  (written) => ({
    is: 'request',
    port: written.port,
    timeout: written.timeout,
    method: written.method,
    path: written.path.startsWith('/') ? written.path : `/${written.path}`,
    authority: written.domain,
    headers: Array.from(written.headers ?? [], ([name, value]) => [name.toLowerCase(), value] as const),
    statuses: written.codes?.length ? written.codes : [{ from: 200, to: 200 }],
  }),
);

function ownCheck({ name, options }: HealthCheckEntry): Schema<CheckWay> {
  return {
    shape: optionsShape(`Settings of ${name} checks`, 'How hosts are asked.', options),
    read(value, report) {
      const settings = readOptions(value, options, `a check by ${name}`, report);
      return settings === undefined ? undefined : { is: 'own', kind: name, settings };
    },
  };
}

function checkConfig({ protocols }: Catalogue) {
  const fields: Record<string, Kept<CheckWay | undefined>> = {
    http_check_config: optional(
      requestCheck,
      'A request is sent in the `protocol`, whose answer must have a good status. Providers of Dubbo can be asked by `POST /SERVICE/METHOD`, for a method without arguments.',
    ),
    tcp_check_config: optional(connectCheck, 'A connection is made, whatever the `protocol`.'),
  };
  for (const [protocol, { healthChecks = [] }] of protocols) {
    for (const kind of healthChecks) {
      fields[`${kind.name}_check_config`] = optional(ownCheck(kind), `A check by ${kind.name}, for the protocol ${protocol}.`);
    }
  }
  return converted(object('Check settings', 'How hosts are asked: one of these.', fields), (written, report) => {
    const [first, ...more] = Object.values(written).filter((way) => way !== undefined);
    if (more.length > 0) report.warn('says more than one way to check hosts: the first counts');
    return first;
  });
}

/** 0 is the default, as MOSN does not tell it from an absent value. */
const time = (standard: number) => converted(duration(), (ms) => (ms === 0 ? standard : ms));
const count = converted(integer(0, 2 ** 32 - 1), (written) => written || 1);

/** How a cluster's hosts are checked. Times in milliseconds. */
export type HealthCheck = NonNullable<Read<ReturnType<typeof healthCheck>>>;

/** undefined where nothing is checked. */
export function healthCheck(catalogue: Catalogue) {
  const entry = object('Health check', 'Asks each host from time to time whether it works. Those that do not get no requests.', {
    serviceName: optional(text(), 'The name that counts go by. As in MOSN, nothing is checked without it.'),
    protocol: optional(
      text(),
      'How a host is asked, where `check_config` says nothing else: for a sign of life of this protocol (a heartbeat of Dubbo, a PING of HTTP/2); of one that has none, and without a protocol, it is only connected to.',
    ),
    checkConfig: optional(checkConfig(catalogue), 'What a host is asked.'),
    timeout: defaulted(time(1_000), '1s', "How long an answer may take. The default is MOSN's, as all of these."),
    interval: defaulted(time(15_000), '15s', 'The time from the end of a check to the next.'),
    unhealthyInterval: optional(
      duration(),
      "The same for hosts that are unhealthy. Absent: `interval`. The key is Envoy's, as the next two.",
    ),
    unhealthyEdgeInterval: optional(
      duration(),
      'The same, once, after the check that made a host unhealthy. Absent: `unhealthy_interval`.',
    ),
    healthyEdgeInterval: optional(duration(), 'The same, once, after the check that made a host healthy again. Absent: `interval`.'),
    intervalJitter: defaulted(time(5), '5ms', 'What is added to it at random, at most.'),
    initialDelaySeconds: defaulted(
      time(1_000),
      '1s',
      'The time until the first check, with its unit (whatever the key says). Until then hosts count as healthy.',
    ),
    healthyThreshold: defaulted(count, 1, 'Good answers in a row that make an unhealthy host healthy.'),
    unhealthyThreshold: defaulted(count, 1, 'Failures in a row that make a host unhealthy.'),
    eventLogPath: optional(text({ atLeast: 1 }), 'A file that gets a line for each check.'),
    commonCallbacks: defaulted(
      list(text({ atLeast: 1 })),
      [],
      'Functions of the program around the proxy that are told of each check (`healthCallbacks` of `createProxy`), by their names.',
    ),
  });
  return converted(entry, (written, report) => {
    const { serviceName, protocol: named, checkConfig: asked, ...rest } = written;
    if (!serviceName) {
      if (named || asked !== undefined) report.warn('checks nothing without `service_name`, as in MOSN', 'name the service');
      return undefined;
    }
    const protocol = named ? inCatalogue(named, catalogue) : undefined;
    if (named && protocol === undefined) {
      report.at('protocol').warn(`is ${JSON.stringify(named)}, which is no protocol: hosts are only connected to, as in MOSN`);
    }
    const unhealthyInterval = rest.unhealthyInterval || rest.interval;
    return {
      ...rest,
      unhealthyInterval,
      unhealthyEdgeInterval: rest.unhealthyEdgeInterval || unhealthyInterval,
      healthyEdgeInterval: rest.healthyEdgeInterval || rest.interval,
      serviceName,
      protocol,
      way: wayOf(asked, protocol, catalogue, report),
    };
  });
}

const LIFE: CheckWay = { is: 'life' };
const CONNECT: CheckWay = { is: 'connect', port: undefined, send: '', receive: [] };

/** How hosts are asked, of which the protocol must be capable. */
function wayOf(asked: CheckWay | undefined, protocol: string | undefined, catalogue: Catalogue, report: Report): CheckWay {
  if (asked?.is === 'connect') return asked;
  if (protocol === undefined) {
    if (asked !== undefined) report.at('check_config').warn('needs a `protocol` to ask in: hosts are only connected to, as in MOSN');
    return CONNECT;
  }
  if (asked === undefined) return LIFE;
  const known = catalogue.protocols.get(protocol) ?? {};
  if (asked.is === 'request') {
    const fault = known.foreignRequestFault?.(asked.method, asked.path);
    if (fault === undefined) return asked;
    report
      .at('check_config')
      .at('http_check_config')
      .warn(`cannot be asked in ${protocol}, for ${fault}: hosts are asked for a sign of life`, 'write "protocol": "Http1", and a `port`');
    return LIFE;
  }
  if (asked.is !== 'own') return asked;
  const { healthChecks = [] } = known;
  if (healthChecks.some(({ name }) => name === asked.kind)) return asked;
  report.at('check_config').warn(`has a check by ${asked.kind}, which ${protocol} does not know: hosts are asked for a sign of life`);
  return LIFE;
}
