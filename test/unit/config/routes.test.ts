import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AS_CLIENT } from '../../../src/config/index.ts';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const AT = PATHS.route;
const route = (entry: object) => edited([AT, { match: { prefix: '/' }, ...entry }]);
const action = (settings: object) => route({ route: { cluster_name: 'hosts', ...settings } });
const match = (settings: object) => route({ match: settings, route: { cluster_name: 'hosts' } });
const readRoute = (document: unknown) => accepted(document).server.routers[0]!.virtualHosts[0]!.routes[0]!;

test("a route to a cluster has no timeout of its own, and MOSN's retries", () => {
  assert.deepEqual(readRoute(route({ route: { cluster_name: 'hosts' } })).route, {
    clusterName: 'hosts',
    clusterHeader: undefined,
    clusterVariable: undefined,
    upstreamProtocol: undefined,
    weightedClusters: [],
    timeout: undefined,
    retryPolicy: {
      retryOn: false,
      retryTimeout: 0,
      numRetries: 3,
      statusCodes: [],
      retriableHeaders: [],
      idempotent: false,
      retryBackOff: undefined,
      rateLimitedRetryBackOff: undefined,
    },
    prefixRewrite: undefined,
    regexRewrite: undefined,
    hostRewrite: undefined,
    autoHostRewrite: false,
    autoHostRewriteHeader: undefined,
    requestHeadersToAdd: [],
    requestHeadersToRemove: [],
    responseHeadersToAdd: [],
    responseHeadersToRemove: [],
    hashPolicy: [],
    hedgePolicy: undefined,
    idleTimeout: undefined,
    maxStreamDuration: undefined,
    metadataMatch: undefined,
  });
});

test('a timeout of 0s is none at all, and not the same as an absent one', () => {
  assert.equal(readRoute(action({ timeout: '0s' })).route?.timeout, 0);
  assert.equal(readRoute(action({ timeout: 0 })).route?.timeout, 0);
});

test('a match holds what must be true, and with nothing said everything is', () => {
  const nothing = {
    prefix: undefined,
    path: undefined,
    regex: undefined,
    headers: [],
    queryParameters: [],
    variables: [],
    runtimeFraction: undefined,
    dslExpressions: [],
  };
  assert.deepEqual(readRoute(edited([AT, { route: { cluster_name: 'hosts' } }])).match, nothing);
  const read = readRoute(
    match({ path: '/a', regex: '^/a+$', headers: [{ name: 'x', value: 'y.*', regex: true }], query_parameters: [{ name: 'q' }] }),
  ).match;
  const anyValue = { prefixMatch: undefined, suffixMatch: undefined, containsMatch: undefined, rangeMatch: undefined };
  const anything = { ...anyValue, presentMatch: undefined, invertMatch: false };
  assert.deepEqual(read, {
    ...nothing,
    path: '/a',
    regex: '^/a+$',
    headers: [{ ...anything, name: 'x', value: 'y.*', regex: true }],
    queryParameters: [{ ...anything, name: 'q', value: '', regex: false }],
  });
});

test('a regular expression that RE2 does not take is an error wherever it stands', () => {
  const takes = 'must be a regular expression in the syntax of RE2, but is the string';
  const back = 'invalid escape sequence: `\\1`';
  const around = (sign: string) => `invalid or unsupported Perl syntax: \`${sign}\``;
  assert.deepEqual(problemsOf(match({ regex: '(a)\\1' })), [`error: ${AT}.match.regex: ${takes} "(a)\\\\1" (${back})`]);
  assert.deepEqual(problemsOf(match({ headers: [{ name: 'x', value: '(?=a)', regex: true }] })), [
    `error: ${AT}.match.headers[0].value: ${takes} "(?=a)" (${around('(?=')})`,
  ]);
  assert.match(problemsOf(match({ regex: '(' }))[0]!, /^error: .*\.match\.regex: must be a regular expression/);
  const rewrite = { pattern: { regex: '(?!a)' }, substitution: '' };
  assert.deepEqual(problemsOf(action({ regex_rewrite: rewrite })), [
    `error: ${AT}.route.regex_rewrite.pattern.regex: ${takes} "(?!a)" (${around('(?!')})`,
  ]);
  const missing = { pattern: { regex: '(a)' }, substitution: '$2' };
  assert.deepEqual(problemsOf(action({ regex_rewrite: missing })), [
    `error: ${AT}.route.regex_rewrite.substitution: there is no group 2 for $2`,
  ]);
  accepted(match({ headers: [{ name: 'x', value: '(', regex: false }] }));
});

test('an expression that cannot be compiled is an error', () => {
  accepted(match({ dsl_expressions: [{ expression: 'true' }] }));
  assert.deepEqual(problemsOf(match({ dsl_expressions: [{ expression: 'true' }, { expression: '(' }] })), [
    `error: ${AT}.match.dsl_expressions[1].expression: must be a condition in the Common Expression Language, but is the string "(" (there is a bracket in it)`,
  ]);
});

test('a header is asked for in one way, and a range holds a number', () => {
  const header = (given: object) => problemsOf(match({ headers: [{ name: 'x', ...given }] }));
  const twice = `error: ${AT}.match.headers[0]: says in several ways what the value must be (say it in one)`;
  assert.deepEqual(header({ value: 'a', prefix_match: 'b' }), [twice]);
  assert.deepEqual(header({ suffix_match: 'a', present_match: true }), [twice]);
  assert.deepEqual(header({ range_match: { start: 5, end: 5 } }), [
    `error: ${AT}.match.headers[0].range_match: holds no number (let \`end\` be above \`start\`)`,
  ]);
  for (const way of [{ contains_match: 'a' }, { present_match: false, invert_match: true }, { range_match: { start: -1, end: 0 } }]) {
    assert.deepEqual(header(way), []);
  }
});

test('a variable is one that there is, and is asked for something', () => {
  const variables = (...given: object[]) => problemsOf(match({ variables: given }));
  assert.deepEqual(variables({ name: 'no such', value: 'x' }), [
    `error: ${AT}.match.variables[0].name: must be the name of a variable, but is the string "no such" (there is a space in it)`,
  ]);
  assert.deepEqual(variables({ name: 'a' }), [`error: ${AT}.match.variables[0]: asks for nothing (give it a \`value\` or a \`regex\`)`]);
  assert.deepEqual(variables({ name: 'a', value: 'x', model: 'OR' }, { name: 'b', regex: '^y' }), []);
  assert.match(variables({ name: 'a', value: 'x', model: 'xor' })[0] ?? '', /must be one of "and", "or"/);
});

test('a share of the requests is a fraction, of which more than all is all', () => {
  const shareOf = (given: object) => {
    const { server } = accepted(match({ runtime_fraction: { default_value: given } }));
    return server.routers[0]?.virtualHosts[0]?.routes[0]?.match.runtimeFraction;
  };
  assert.equal(shareOf({ numerator: 25 }), 0.25);
  assert.equal(shareOf({ numerator: 25, denominator: 'TEN_THOUSAND' }), 0.0025);
  assert.equal(shareOf({ numerator: 200 }), 1);
});

test('a route does one thing', () => {
  assert.deepEqual(problemsOf(route({})), [`error: ${AT}: does nothing (give it a \`route\`, a \`redirect\` or a \`direct_response\`)`]);
  const answer = { direct_response: { status: 200 } };
  accepted(route(answer));
  assert.deepEqual(problemsOf(route({ ...answer, route: { cluster_name: 'hosts' }, redirect: {} })), [
    `warning: ${AT}.route: has no effect, as the route answers by itself`,
    `warning: ${AT}.redirect: has no effect, as \`direct_response\` comes first`,
  ]);
});

test('a direct response has a status that ends a request', () => {
  assert.deepEqual(readRoute(route({ direct_response: { status: 200, body: 'hello' } })).directResponse, { status: 200, body: 'hello' });
  for (const status of [200, 599]) accepted(route({ direct_response: { status } }));
  for (const status of [199, 600])
    assert.match(problemsOf(route({ direct_response: { status } }))[0]!, /must be an integer from 200 to 599/);
});

test('a redirect is permanent where nothing else is said', () => {
  assert.deepEqual(readRoute(route({ redirect: { path_redirect: '/x' } })).redirect, {
    responseCode: 301,
    schemeRedirect: undefined,
    httpsRedirect: false,
    hostRedirect: undefined,
    portRedirect: undefined,
    pathRedirect: '/x',
    prefixRewrite: undefined,
    regexRewrite: undefined,
    stripQuery: false,
  });
  for (const code of [301, 302, 303, 307, 308])
    assert.equal(readRoute(route({ redirect: { response_code: code } })).redirect?.responseCode, code);
  assert.deepEqual(problemsOf(route({ redirect: { response_code: 304 } })), [
    `error: ${AT}.redirect.response_code: must be one of 301, 302, 303, 307, 308, but is 304`,
  ]);
});

test('a redirect to no scheme is an error, and a scheme is in lower case', () => {
  assert.equal(readRoute(route({ redirect: { scheme_redirect: 'HTTPS' } })).redirect?.schemeRedirect, 'https');
  assert.match(problemsOf(route({ redirect: { scheme_redirect: 'ht tp' } }))[0]!, /scheme_redirect: must be a scheme such as "https"/);
});

test('a redirect says its path and its scheme once', () => {
  assert.deepEqual(problemsOf(route({ match: { prefix: '/' }, redirect: { path_redirect: '/x', prefix_rewrite: '/y' } })), [
    `error: ${AT}.redirect: says in several ways what becomes of the path (say it in one)`,
  ]);
  assert.deepEqual(problemsOf(route({ redirect: { https_redirect: true, scheme_redirect: 'http' } })), [
    `error: ${AT}.redirect.https_redirect: says the scheme, which \`scheme_redirect\` says too (leave one of them out)`,
  ]);
});

test('a prefix is rewritten where one was matched', () => {
  const why = 'has no effect without a `prefix` or `path` to match (use `regex_rewrite`)';
  assert.deepEqual(problemsOf(route({ match: { regex: '^/' }, route: { cluster_name: 'hosts', prefix_rewrite: '/x' } })), [
    `warning: ${AT}.route.prefix_rewrite: ${why}`,
  ]);
  assert.deepEqual(problemsOf(route({ match: {}, redirect: { prefix_rewrite: '/x' } })), [
    `warning: ${AT}.redirect.prefix_rewrite: ${why}`,
  ]);
});

test('a route says the protocol of its cluster, the one that the client speaks, or nothing', () => {
  const spoken = (given: object) => readRoute(action(given)).route?.upstreamProtocol;
  assert.equal(spoken({}), undefined);
  assert.equal(spoken({ upstream_protocol: 'Auto' }), AS_CLIENT);
  assert.equal(spoken({ upstream_protocol: 'Dubbo' }), 'dubbo');
  assert.match(problemsOf(action({ upstream_protocol: 'tars' }))[0] ?? '', /route\.upstream_protocol: names no protocol/);
});

test('routes to clusters that are not there are errors where that is asked for', () => {
  const where = [`${AT}.route`, { cluster_name: 'nobody' }] as const;
  const says = `${AT}.route.cluster_name: names no cluster: there is none called "nobody"`;
  assert.deepEqual(problemsOf(edited(where)), [`warning: ${says}`]);
  assert.deepEqual(problemsOf(edited(where, [`${PATHS.proxy}.validate_clusters`, true])), [`error: ${says}`]);
});

test('a route names a cluster, a header or variable that does, or clusters with weights', () => {
  assert.deepEqual(problemsOf(route({ route: {} })), [
    `error: ${AT}.route: names no cluster (give it a \`cluster_name\`, a \`cluster_header\`, a \`cluster_variable\` or \`weighted_clusters\`)`,
  ]);
  accepted(route({ route: { cluster_header: 'x-cluster' } }));
  accepted(route({ route: { cluster_variable: 'request_header_x' } }));
  const weighted = [{ cluster: { name: 'hosts', weight: 90 } }, { cluster: { name: 'hosts', weight: 10 } }];
  assert.deepEqual(readRoute(route({ route: { weighted_clusters: weighted } })).route?.weightedClusters, [
    { name: 'hosts', weight: 90, metadataMatch: undefined },
    { name: 'hosts', weight: 10, metadataMatch: undefined },
  ]);
});

test('weights together are above 0, and can be counted', () => {
  const weights = (...list: readonly number[]) =>
    route({ route: { weighted_clusters: list.map((weight) => ({ cluster: { name: 'hosts', weight } })) } });
  accepted(weights(0, 1));
  accepted(weights(2 ** 32 - 2, 1));
  assert.deepEqual(problemsOf(weights(0, 0)), [
    `error: ${AT}.route.weighted_clusters: have no weight together (give at least one a weight above 0)`,
  ]);
  assert.deepEqual(problemsOf(weights(2 ** 32 - 1, 1)), [
    `error: ${AT}.route.weighted_clusters: weigh 4294967296 together (stay below 4294967296)`,
  ]);
});

test('a cluster that does not exist is warned of, for MOSN starts too', () => {
  const warning = (at: string) => `warning: ${AT}.route.${at}: names no cluster: there is none called "hots" (did you mean "hosts"?)`;
  assert.deepEqual(problemsOf(route({ route: { cluster_name: 'hots' } })), [warning('cluster_name')]);
  const weighted = [{ cluster: { name: 'hosts', weight: 1 } }, { cluster: { name: 'hots', weight: 1 } }];
  assert.deepEqual(problemsOf(route({ route: { weighted_clusters: weighted } })), [warning('weighted_clusters[1].cluster.name')]);
});

test('of many clusters that do not exist the first 20 names are looked up among those that do', () => {
  const route = (name: string) => ({ route: { cluster_name: name } });
  const misspelled = (count: number) => Array.from({ length: count }, (_, index) => route(`hosts${String.fromCharCode(97 + index)}`));
  const hinted = (routes: readonly object[]) =>
    problemsOf(edited([`${PATHS.virtualHost}.routers`, routes])).filter((line) => line.endsWith('(did you mean "hosts"?)')).length;
  assert.equal(hinted(misspelled(20)), 20);
  assert.equal(hinted(misspelled(21)), 20);
  // The same name once more costs no look.
  assert.equal(hinted([...misspelled(21), ...misspelled(1)]), 21);
});

test('headers to add have names in lower case, and keep what is there unless told otherwise', () => {
  const add = [{ header: { key: 'X-A', value: '%host%' } }, { header: { key: 'b' }, append: false }];
  assert.deepEqual(readRoute(action({ request_headers_to_add: add, response_headers_to_remove: ['Server'] })).route, {
    ...readRoute(action({})).route,
    requestHeadersToAdd: [
      { name: 'x-a', value: '%host%', append: true },
      { name: 'b', value: '', append: false },
    ],
    responseHeadersToRemove: ['server'],
  });
});

test('what frames a message is left out of headers that are added and removed, and so is the host', () => {
  const document = action({
    request_headers_to_add: [{ header: { key: 'Content-Length', value: '3' } }, { header: { key: 'x', value: 'y' } }],
    request_headers_to_remove: ['Host', 'x'],
    response_headers_to_remove: ['transfer-encoding'],
  });
  const framed = 'has no effect: the protocol says how a message is framed, and nobody else';
  assert.deepEqual(problemsOf(document), [
    `warning: ${AT}.route.request_headers_to_add[0].header.key: ${framed}`,
    `warning: ${AT}.route.request_headers_to_remove[0]: has no effect (use \`host_rewrite\`)`,
    `warning: ${AT}.route.response_headers_to_remove[0]: ${framed}`,
  ]);
});

test('a header that could end its line is an error', () => {
  const add = (key: string, value: string) => action({ request_headers_to_add: [{ header: { key, value } }] });
  for (const key of ['a b', 'a:', 'ä', 'a\r\nb'])
    assert.match(problemsOf(add(key, 'x'))[0]!, /header\.key: is no name that a header can have/);
  for (const value of ['a\r\nb: c', 'a\n', '\0'])
    assert.match(problemsOf(add('a', value))[0]!, /header\.value: holds an end of line or a NUL/);
});

test('a router that a proxy names must exist', () => {
  assert.deepEqual(problemsOf(edited([`${PATHS.proxy}.router_config_name`, 'rutes'])), [
    `error: ${PATHS.proxy}.router_config_name: names no router: there is none called "rutes" (did you mean "routes"?)`,
  ]);
});

test('two routers do not have one name', () => {
  const { servers } = edited() as { servers: [{ routers: object[] }] };
  const [router] = servers[0].routers;
  assert.deepEqual(problemsOf(edited([`${PATHS.server}.routers`, [router, router]])), [
    'error: servers[0].routers[1].router_config_name: is "routes", which servers[0].routers[0] has already',
  ]);
});

test('a domain belongs to one virtual host of a router', () => {
  const host = (...domains: readonly string[]) => ({ domains, routers: [{ route: { cluster_name: 'hosts' } }] });
  const hosts = (...list: readonly object[]) => edited([`${PATHS.router}.virtual_hosts`, list]);
  accepted(hosts(host('*'), host('a.example', '*.example'), host('a.example:80')));
  assert.deepEqual(problemsOf(hosts(host('*', 'a.example'), host('A.EXAMPLE'), host('*:*'))), [
    `error: ${PATHS.router}.virtual_hosts[1].domains[0]: is "A.EXAMPLE", which ${PATHS.router}.virtual_hosts[0].domains[1] is already`,
    `error: ${PATHS.router}.virtual_hosts[2].domains[0]: is "*:*", which ${PATHS.router}.virtual_hosts[0].domains[0] is already`,
  ]);
});

test('a domain that nobody can ask for is an error', () => {
  for (const domain of ['a.*.b', '**', 'a:99999', '[::1', '']) {
    assert.match(problemsOf(edited([`${PATHS.virtualHost}.domains`, [domain]]))[0]!, /domains\[0\]: must be a domain such as/, domain);
  }
});

test('a virtual host without domains is warned of', () => {
  assert.deepEqual(problemsOf(edited([`${PATHS.virtualHost}.domains`, undefined])), [
    `warning: ${PATHS.virtualHost}.domains: is empty: no request ever comes to this virtual host (write ["*"] for all)`,
  ]);
});
