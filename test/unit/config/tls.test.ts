import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const ON = { status: true, cert_chain: 'cert.pem', private_key: 'key.pem' };
const PLACES = [PATHS.chain, PATHS.cluster, 'cluster_manager'];

const listener = (context: object) => edited([`${PATHS.chain}.tls_context`, { ...ON, ...context }]);
const contexts = (document: unknown) => accepted(document).server.listeners[0]!.filterChain.tlsContexts;

test('while TLS is off nothing of it is looked at', () => {
  for (const at of PLACES) {
    for (const off of [{}, { status: false, cert_chain: 1, min_version: 'none', type: 'sds' }, { STATUS: false }, null]) {
      const configuration = accepted(edited([`${at}.tls_context`, off]));
      assert.deepEqual(configuration.server.listeners[0]!.filterChain.tlsContexts, []);
      assert.notEqual(configuration.clusterManager.clusters[0]!.tlsContext?.status, true);
    }
  }
});

test('a word in the place of true is no way to switch TLS on, nor to go on without it', () => {
  for (const at of PLACES) {
    assert.deepEqual(problemsOf(edited([`${at}.TLS_Context`, { Status: 'on' }])), [
      `error: ${at}.TLS_Context.Status: must be true or false, but is the string "on"`,
    ]);
  }
});

test('TLS has versions 1.2 and 1.3, asks nobody for a certificate and offers what its protocols are called', () => {
  const [context, ...more] = contexts(listener({}));
  assert.deepEqual(more, []);
  assert.deepEqual(context, {
    status: true,
    serverName: '',
    caCert: '',
    certChain: 'cert.pem',
    privateKey: 'key.pem',
    verifyClient: false,
    requireClientCert: false,
    insecureSkip: false,
    cipherSuites: undefined,
    ecdhCurves: undefined,
    minVersion: 'TLSv1_2',
    maxVersion: 'TLSv1_3',
    alpn: [],
    ticket: '',
    fallBack: false,
  });
});

test("a set has the contexts that are on, and MOSN's way to write names with commas", () => {
  const set = edited([
    `${PATHS.chain}.tls_context_set`,
    [{ ...ON, alpn: 'h2, http/1.1,' }, { status: false }, { ...ON, min_version: 'tlsv1_3' }],
  ]);
  assert.deepEqual(
    contexts(set).map(({ alpn, minVersion }) => ({ alpn, minVersion })),
    [
      { alpn: ['h2', 'http/1.1'], minVersion: 'TLSv1_2' },
      { alpn: [], minVersion: 'TLSv1_3' },
    ],
  );
});

test('a context beside a set is an error, as in MOSN', () => {
  const both = edited([`${PATHS.chain}.tls_context`, ON], [`${PATHS.chain}.tls_context_set`, [ON]]);
  assert.deepEqual(problemsOf(both), [`error: ${PATHS.chain}.tls_context: stands beside \`tls_context_set\` (keep one of them)`]);
});

test('what cannot work is an error that says why', () => {
  const at = `${PATHS.chain}.tls_context`;
  const cases: readonly (readonly [object, string])[] = [
    [{ cert_chain: '', private_key: '' }, ': has no certificate (give it `cert_chain` and `private_key`)'],
    [{ private_key: '' }, ': has one of `cert_chain` and `private_key` without the other (write both, or neither)'],
    [
      { cipher_suites: 'RC4-MD5' },
      '.cipher_suites: must be cipher suites with colons between, but is the string "RC4-MD5" (there is no cipher suite "RC4-MD5")',
    ],
    [
      { ecdh_curves: 'P999' },
      '.ecdh_curves: must be curves such as "X25519,P256", but is the string "P999" (there is no curve "P999": there are X25519, P256, P384, P521)',
    ],
    [{ min_version: 'TLSv1_3', max_version: 'TLSv1_2' }, '.max_version: must not be below the lowest version, TLSv1_3'],
    [{ sds_source: { CertificateConfig: {} } }, '.sds_source: is not supported by Meshloom: there is no secret discovery yet'],
    [{ type: 'cert_loader' }, '.type: is not supported by Meshloom: there are no extensions of this kind'],
  ];
  for (const [change, problem] of cases) assert.deepEqual(problemsOf(listener(change)), [`error: ${at}${problem}`]);
});

test('to verify clients without authorities of their own is worth a word', () => {
  assert.deepEqual(problemsOf(listener({ verify_client: true })), [
    `warning: ${PATHS.chain}.tls_context: trusts every client with a certificate of a public authority (give it the \`ca_cert\` of your clients)`,
  ]);
  accepted(listener({ verify_client: true, ca_cert: 'ca.pem' }));
});

test('a private key is in no message, whatever is wrong with it', () => {
  for (const problem of problemsOf(listener({ private_key: { hush: 'hush' } }))) assert.ok(!problem.includes('hush'), problem);
});

test("a cluster may take the cluster manager's TLS in the place of its own", () => {
  const own = { status: true, server_name: 'own' };
  const common = { status: true, server_name: 'common' };
  const serverName = (borrow: boolean) => {
    const document = edited(
      [`${PATHS.cluster}.tls_context`, own],
      ['cluster_manager.tls_context', common],
      [`${PATHS.cluster}.cluster_manager_tls`, borrow],
    );
    return accepted(document).clusterManager.clusters[0]!.tlsContext?.serverName;
  };
  assert.equal(serverName(false), 'own');
  assert.equal(serverName(true), 'common');
});

test('a filter that no connection comes to is worth a word', () => {
  const proxy = (fallBack: boolean) => ({
    type: 'proxy',
    config: { downstream_protocol: 'http1', router_config_name: 'routes', fallback_for_unknown_protocol: fallBack },
  });
  const tcp = { type: 'tcp_proxy', config: { cluster: 'hosts' } };
  const problems = (...filters: readonly object[]) => problemsOf(edited([`${PATHS.chain}.filters`, filters]));
  assert.deepEqual(problems(proxy(true), tcp), []);
  assert.deepEqual(problems(proxy(false), tcp), [
    `warning: ${PATHS.chain}.filters[1]: has no effect: the filter before it takes every connection (set its \`fallback_for_unknown_protocol\`)`,
  ]);
  assert.deepEqual(problems(proxy(true)), [
    `warning: ${PATHS.chain}.filters[0].config.fallback_for_unknown_protocol: has no effect: no filter follows (add a "tcp_proxy" behind it)`,
  ]);
});
