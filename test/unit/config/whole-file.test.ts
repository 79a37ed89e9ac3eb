import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

test('there is exactly one server, as in MOSN', () => {
  assert.deepEqual(problemsOf({}), ['error: servers: is missing']);
  assert.deepEqual(problemsOf({ servers: [] }), ['error: servers: must be a list with exactly one item, but has none']);
  assert.deepEqual(problemsOf({ servers: [{}, {}] }), ['error: servers: must be a list with exactly one item, but has 2']);
});

test('a server has defaults for everything', () => {
  assert.deepEqual(accepted({ servers: [{}] }), {
    server: { logPath: 'stdout', logLevel: 'info', gracefulTimeout: 30_000, listeners: [], routers: [] },
    clusterManager: { clusters: [] },
    admin: undefined,
    plugins: [],
    pid: undefined,
  });
});

test("levels of the log are MOSN's", () => {
  for (const level of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'debug']) {
    assert.equal(accepted({ servers: [{ default_log_level: level }] }).server.logLevel, level.toLowerCase());
  }
  assert.match(problemsOf({ servers: [{ default_log_level: 'WARM' }] })[0]!, /\(did you mean "WARN"\?\)$/);
});

test('the admin API listens where it is told, and for nobody but the machine itself where no address is told', () => {
  const admin = (socket_address: unknown) => ({ servers: [{}], admin: { address: { socket_address } } });
  assert.deepEqual(accepted(admin({ address: '0.0.0.0', port_value: 34901 })).admin, { host: '0.0.0.0', port: 34901 });
  assert.deepEqual(accepted(admin({ port_value: 34901 })).admin, { host: '127.0.0.1', port: 34901 });
  assert.deepEqual(accepted(admin({ address: '::1', port_value: 0 })).admin, { host: '::1', port: 0 });
  assert.deepEqual(accepted(admin({ address: '[::1]', port_value: 65535 })).admin, { host: '::1', port: 65535 });
  assert.deepEqual(problemsOf(admin({ address: '', port_value: 1 })), [
    'warning: admin.address.socket_address.address: is empty: the admin API listens at 127.0.0.1, and not at all addresses as in MOSN',
  ]);
});

test('the admin API without a port, or with one that is none, is an error', () => {
  const at = 'admin.address.socket_address';
  assert.deepEqual(problemsOf({ servers: [{}], admin: {} }), ['error: admin.address: is missing']);
  assert.deepEqual(problemsOf({ servers: [{}], admin: { address: { socket_address: {} } } }), [`error: ${at}.port_value: is missing`]);
  assert.deepEqual(problemsOf({ servers: [{}], admin: { address: { socket_address: { address: 'a b', port_value: 65536 } } } }), [
    `error: ${at}.address: must be an IP address or a host name: "a b" is no IP address or host name`,
    `error: ${at}.port_value: must be an integer from 0 to 65535, but is the number 65536`,
  ]);
});

/** One of each, and what it would say if it were acted upon. */
const IGNORED: readonly (readonly [path: string, value: unknown])[] = [
  ['metrics', { sinks: [{ type: 'prometheus' }] }],
  ['tracing', { enable: true, driver: 'SkyWalking' }],
  ['pprof', { debug: true }],
  ['dynamic_resources', { ads_config: {} }],
  ['static_resources', { clusters: [{}] }],
  ['node', { id: 'a' }],
  ['layered_runtime', { layers: [{}] }],
  ['inherit_old_mosnconfig', true],
  ['uds_dir', '/tmp'],
  ['plugin', { log_base: '/tmp' }],
  ['third_part_codec', { codecs: [{ enable: true }] }],
  ['wasm_global_plugins', [{ plugin_name: 'a' }]],
  ['extends', [{ type: 'tunnel_agent' }]],
  ['stream_filters', [{ name: 'a' }]],
  [`${PATHS.server}.processor`, 'auto'],
  [`${PATHS.server}.global_log_roller`, 'time=1'],
  [`${PATHS.server}.mosn_server_name`, 'a'],
  [`${PATHS.server}.use_netpoll_mode`, true],
  [`${PATHS.listener}.type`, 'ingress'],
  [`${PATHS.listener}.use_original_dst`, 'redirect'],
  [`${PATHS.listener}.reuseport`, true],
  [`${PATHS.listener}.default_read_buffer_size`, 1024],
  [`${PATHS.listener}.log_path`, '/tmp/log'],
  [`${PATHS.chain}.match`, 'a'],
  [`${PATHS.proxy}.name`, 'a'],
  [`${PATHS.proxy}.router_handler_name`, 'a'],
  [`${PATHS.proxy}.concurrency_num`, 2],
  [`${PATHS.virtualHost}.require_tls`, 'EXTERNAL_ONLY'],
  [`${PATHS.route}.metadata`, { filter_metadata: {} }],
  [`${PATHS.cluster}.spec`, { subscribe: [{}] }],
  [`${PATHS.cluster}.mark`, 1],
  [`${PATHS.cluster}.sub_type`, 'a'],
];

test('a key that MOSN knows and that is not acted upon gives one warning, which names its path', () => {
  for (const [path, value] of IGNORED) {
    const [problem, ...more] = problemsOf(edited([path, value]));
    assert.ok(problem?.startsWith(`warning: ${path}: is not acted upon by Meshloom: `), `${path}: ${problem}`);
    assert.deepEqual(more, [], path);
  }
});

test('a configuration with warnings is one', () => {
  const { configuration, problems } = check(edited(['tracing', { enable: true }]), catalogue());
  assert.equal(problems.length, 1);
  assert.ok(configuration);
});

test('what asks for what is so anyway gives no warning', () => {
  const moot: readonly (readonly [string, unknown])[] = [
    ['disable_upgrade', true],
    ['close_graceful', true],
    ['tracing', { enable: false, driver: 'SkyWalking' }],
    ['pprof', { debug: false, port_value: 1 }],
    [`${PATHS.server}.processor`, 1],
    [`${PATHS.listener}.log_path`, 'stdout'],
    [`${PATHS.cluster}.cluster_pool_enable`, true],
    ['cluster_manager.cluster_pool_enable', true],
    [`${PATHS.listener}.listener_filters`, []],
    ['admin', { access_log_path: '/dev/null', address: { socket_address: { port_value: 1 } } }],
  ];
  for (const [path, value] of moot) assert.deepEqual(problemsOf(edited([path, value])), [], path);
});

test('problems of all parts are reported at once', () => {
  const problems = problemsOf(
    edited(
      [`${PATHS.listener}.address`, 'nowhere'],
      [`${PATHS.route}.route.timeout`, 'soon'],
      [`${PATHS.cluster}.lb_typ`, 'LB_RANDOM'],
      [`${PATHS.cluster}.hosts[0].address`, 'nowhere'],
      ['tracing', { enable: true }],
      [`${PATHS.route}.route.cluster_name`, 'hots'],
    ),
  );
  assert.deepEqual(
    problems.map((line) => line.split(': ').slice(0, 2).join(' ')),
    [
      `error ${PATHS.listener}.address`,
      `error ${PATHS.route}.route.timeout`,
      `warning ${PATHS.cluster}.lb_typ`,
      `error ${PATHS.cluster}.hosts[0].address`,
      'warning tracing',
      `warning ${PATHS.route}.route.cluster_name`,
    ],
  );
});
