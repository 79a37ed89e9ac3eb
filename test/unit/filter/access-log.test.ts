import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault } from '../../../src/base/fault.ts';
import { accessLog, accessLogFault } from '../../../src/filter/builtin/access-log/index.ts';
import type { Exchange } from '../../../src/filter/filter.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { exchange, requestHead, START, STARTED_AT } from './exchange-double.ts';

function lineOf(format: string | undefined, given: Partial<Exchange> = {}): string {
  const lines: string[] = [];
  accessLog(format, { write: (line) => lines.push(line.slice(0, -1)) }).onComplete?.(exchange(given));
  assert.equal(lines.length, 1);
  return lines[0] ?? '';
}

/** Of an exchange that came to nothing. */
const NOTHING: Partial<Exchange> = {
  response: undefined,
  route: undefined,
  host: undefined,
  upstreamLocalAddress: undefined,
  upstreamConnectionId: undefined,
  timing: {
    startedAt: STARTED_AT,
    start: START,
    requestReceived: undefined,
    requestSent: undefined,
    responseStarted: undefined,
    completed: START,
  },
  bytesReceived: 0,
  bytesSent: 0,
};

test("without a format the line is MOSN's", () => {
  assert.equal(
    lineOf(undefined),
    '2024/02/03 04:05:06.007 -  7 8 250µs 2.5ms 345 12 test 200 3ms - 200 10.0.0.9:5000 10.0.0.9:2045 10.0.0.1:4000 10.0.0.2:8080',
  );
  assert.equal(lineOf(''), lineOf(undefined));
});

test('what has not happened is printed as MOSN prints it', () => {
  assert.equal(lineOf(undefined, NOTHING), '2024/02/03 04:05:06.007 -  7 - 0s 0s 0 0 test 0 0s - 0 - 10.0.0.9:2045 10.0.0.1:4000 -');
});

test('text stands as it is written, and \\% is a percent sign', () => {
  assert.equal(lineOf('a\\%b [%response_code%]%response_code% c'), 'a%b [200]200 c');
  assert.equal(lineOf('no variable'), 'no variable');
});

const VALUES: Readonly<Record<string, string>> = {
  request_finished_duration: '3ms',
  process_time_duration: '750µs',
  upstream_cluster: 'servers',
  route_name: 'all',
  request_method: 'GET',
  request_scheme: 'http',
  request_path: '/p',
  request_uri: '/p?x=1&y=2',
  request_arg: 'x=1&y=2',
  request_arg_y: '2',
  request_arg_z: '-',
  Http1_request_method: 'GET',
  Http2_request_header_Accept: 'text/html',
  request_header_accept: 'text/html',
  request_headers_ACCEPT: 'text/html',
  request_header_none: '-',
  request_header_empty: '-',
  response_header_server: 'backend',
  response_headers_server: 'backend',
  response_header_none: '-',
  cookie_user: 'u1',
  Http1_cookie_flag: '-',
  cookie_none: '-',
  'x-mosn-host': 'a.test:80',
  'x-mosn-path': '/p',
  'x-mosn-querystring': 'x=1&y=2',
  'x-mosn-status': '200',
  authority: 'a.test:80',
  listener_port: '2045',
  connection_id: '7',
  upstream_connection_id: '8',
  listener_name: 'ingress',
  requested_server_name: '-',
  trace_id: '-',
  downstream_protocol: 'test',
  upstream_protocol: 'local',
};

for (const [name, value] of Object.entries(VALUES)) {
  test(`%${name}% is ${value}`, () => {
    const fields = new FieldList([
      ['accept', 'text/html'],
      ['empty', ''],
      ['cookie', 'a=b; user=u1; flag; c=d'],
    ]);
    assert.equal(lineOf(`<%${name}%>`, { request: requestHead({ fields }) }), `<${value}>`);
  });
}

test('flags are named, and the reason of a failure is one word', () => {
  const why = fault('connect-failed', 'upstream', 'no', 'connect ECONNREFUSED 10.0.0.2:8080');
  assert.equal(
    lineOf('%response_flag% %response_flags% %upstream_transport_failure_reason%', { flags: ['UF', 'URX'], fault: why }),
    'UF,URX UF,URX connect_ECONNREFUSED_10.0.0.2:8080',
  );
  assert.equal(lineOf('%response_flag% %upstream_transport_failure_reason%'), '- -');
});

test('what a peer says can forge neither a line nor a quoted column', () => {
  const fields = new FieldList([['user-agent', 'x"\r\n2024 forged\t\\\u007f\u0085\u2028é']]);
  const line = lineOf('"%request_header_user-agent%" %request_path%', { request: requestHead({ fields, path: '/\u001b[31m' }) });
  assert.equal(line, '"x\\"\\x0d\\x0a2024 forged\\x09\\\\\\x7f\\x85\\u2028é" /\\x1b[31m');
});

test('durations are printed as Go prints them, to the microsecond', () => {
  const duration = (ms: number) => lineOf('%duration%', { timing: { ...exchange().timing, completed: START + ms } });
  const printed = [0, 0.0004, 0.001, 0.9994, 1, 1.0006, 999.9994, 1000, 1500.25, 59_999.9994, 60_000, 61_500, 3_600_000, 3_723_004].map(
    duration,
  );
  assert.deepEqual(printed, [
    '0s',
    '0s',
    '1µs',
    '999µs',
    '1ms',
    '1.001ms',
    '999.999ms',
    '1s',
    '1.50025s',
    '59.999999s',
    '1m0s',
    '1m1.5s',
    '1h0m0s',
    '1h2m3.004s',
  ]);
});

test('the time is local and to the millisecond, also across seconds', () => {
  const time = (startedAt: number) => lineOf('%start_time%', { timing: { ...exchange().timing, startedAt } });
  assert.equal(time(STARTED_AT + 0.9), '2024/02/03 04:05:06.007');
  assert.equal(time(STARTED_AT + 93), '2024/02/03 04:05:06.100');
  assert.equal(time(STARTED_AT + 992), '2024/02/03 04:05:06.999');
  assert.equal(time(STARTED_AT + 993), '2024/02/03 04:05:07.000');
  assert.equal(time(STARTED_AT + 4), '2024/02/03 04:05:06.011');
  assert.equal(time(new Date(2024, 11, 31, 23, 59, 59, 42).getTime()), '2024/12/31 23:59:59.042');
});

test('a bad format is refused, with the reason', () => {
  assert.match(accessLogFault('%start_tme%') ?? '', /no variable "start_tme": did you mean "start_time"\?/);
  assert.match(accessLogFault('%duration') ?? '', /not closed: "%duration"/);
  assert.match(accessLogFault('a %% b') ?? '', /no name/);
  assert.match(accessLogFault('%request_header_%') ?? '', /no variable/);
  assert.match(accessLogFault('%toString%') ?? '', /no variable/);
  assert.equal(accessLogFault('%start_time% \\% %duration%'), undefined);
  assert.throws(() => accessLog('%', { write: () => {} }), /not closed/);
});
