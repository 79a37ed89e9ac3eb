import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const withPolicy = (policy: object) => edited([PATHS.route, { match: {}, route: { cluster_name: 'hosts', retry_policy: policy } }]);
const read = (policy: object) => accepted(withPolicy(policy)).server.routers[0]!.virtualHosts[0]!.routes[0]!.route!.retryPolicy;
const AT = `${PATHS.route}.route.retry_policy`;

test("retry_on is MOSN's boolean, or Envoy's words in one text or in a list", () => {
  assert.equal(read({ retry_on: true }).retryOn, true);
  assert.deepEqual(read({ retry_on: '5xx, reset,retriable-4xx' }).retryOn, ['5xx', 'reset', 'retriable-4xx']);
  assert.deepEqual(read({ retry_on: ['unavailable'] }).retryOn, ['unavailable']);
});

test('a word that nobody knows is an error, with the one that was probably meant', () => {
  const [problem = '', ...more] = problemsOf(withPolicy({ retry_on: '5xx,gateway-eror' }));
  assert.ok(problem.startsWith(`error: ${AT}.retry_on: must be one of "5xx", "gateway-error", `), problem);
  assert.ok(problem.includes('but is the string "gateway-eror"'), problem);
  assert.ok(problem.includes('did you mean "gateway-error"'), problem);
  assert.deepEqual(more, []);
});

test("Envoy's spellings of MOSN's keys are read", () => {
  const policy = read({ per_try_timeout: '250ms', retriable_status_codes: [429] });
  assert.deepEqual([policy.retryTimeout, policy.statusCodes], [250, [429]]);
});

test('a back-off grows to ten times its base, unless it is said', () => {
  assert.deepEqual(read({ retry_back_off: { base_interval: '25ms' } }).retryBackOff, { baseInterval: 25, maxInterval: 250 });
  assert.deepEqual(read({ retry_back_off: { base_interval: '25ms', max_interval: '25ms' } }).retryBackOff, {
    baseInterval: 25,
    maxInterval: 25,
  });
  assert.deepEqual(problemsOf(withPolicy({ retry_back_off: { base_interval: '25ms', max_interval: '24ms' } })), [
    `error: ${AT}.retry_back_off.max_interval: is less than \`base_interval\``,
  ]);
  assert.deepEqual(problemsOf(withPolicy({ retry_back_off: { base_interval: '0s' } })), [
    `error: ${AT}.retry_back_off.base_interval: must be more than nothing`,
  ]);
});

test('headers that say when to come back are read in lower case, as seconds and for up to five minutes', () => {
  assert.deepEqual(read({ rate_limited_retry_back_off: { reset_headers: [{ name: 'Retry-After' }] } }).rateLimitedRetryBackOff, {
    resetHeaders: [{ name: 'retry-after', format: 'SECONDS' }],
    maxInterval: 300_000,
  });
});

test('a pattern of a retriable header must compile', () => {
  const headers = [{ name: 'Busy', value: '(', regex: true }];
  const [problem = ''] = problemsOf(withPolicy({ retry_on: 'retriable-headers', retriable_headers: headers }));
  assert.ok(problem.startsWith(`error: ${AT}.retriable_headers[0].value: `), problem);
});

test('a retry budget has the shares of Envoy', () => {
  const thresholds = (budget: object) =>
    accepted(edited([PATHS.cluster, { name: 'hosts', hosts: [{ address: '127.0.0.1:80' }], circuit_breakers: [{ retry_budget: budget }] }]))
      .clusterManager.clusters[0]!.circuitBreakers.retryBudget;
  assert.deepEqual(thresholds({}), { percent: 20, minConcurrency: 3 });
  assert.deepEqual(thresholds({ budget_percent: 12.5, min_retry_concurrency: 0 }), { percent: 12.5, minConcurrency: 0 });
});

test('words without what they go by, and lists without their word, give a warning', () => {
  const warning = (policy: object): readonly string[] => problemsOf(withPolicy(policy));
  assert.deepEqual(warning({ retry_on: 'retriable-status-codes' }), [
    `warning: ${AT}.retry_on: names \`retriable-status-codes\`, of which there are none (list them in \`status_codes\`)`,
  ]);
  assert.deepEqual(warning({ retry_on: ['retriable-headers', '5xx'] }), [
    `warning: ${AT}.retry_on: names \`retriable-headers\`, of which there are none (list them in \`retriable_headers\`)`,
  ]);
  assert.deepEqual(warning({ retry_on: '5xx', status_codes: [404] }), [
    `warning: ${AT}.status_codes: has no effect without the word \`retriable-status-codes\` in \`retry_on\``,
  ]);
  assert.deepEqual(warning({ retry_on: '5xx,retriable-status-codes', status_codes: [404] }), []);
  assert.deepEqual(warning({ retry_on: true, status_codes: [404] }), []);
});

test('a hedge policy without a time for one try gives a warning', () => {
  const hedged = (retry: object) =>
    edited([
      PATHS.route,
      { match: {}, route: { cluster_name: 'hosts', retry_policy: retry, hedge_policy: { hedge_on_per_try_timeout: true } } },
    ]);
  assert.deepEqual(problemsOf(hedged({})), [
    `warning: ${PATHS.route}.route.hedge_policy: has no effect where one try has no time (give \`retry_policy\` a \`retry_timeout\`)`,
  ]);
  assert.deepEqual(problemsOf(hedged({ retry_timeout: '1s' })), []);
});
