import type benchmark from 'benchmark';
import { regex } from '../../src/base/regex.ts';
import { substitution } from '../../src/base/substitution.ts';
import { valueTest } from '../../src/base/value-match.ts';
import { expression } from '../../src/filter/expression/expression.ts';
import { fieldValue } from '../../src/filter/format/field-value.ts';
import { FieldList } from '../../src/protocol/fields.ts';
import { prefixRewrite, regexRewrite } from '../../src/proxy/head-changes.ts';
import { redirectLocation } from '../../src/proxy/redirect.ts';
import { exchange, requestHead } from '../../test/unit/filter/exchange-double.ts';

/** What a compiler has made of a text of ours. */
function made<T>(result: T | string): T {
  if (typeof result === 'string') throw new Error(result);
  return result;
}

/** What each thing that a route can ask for or do adds to a request. */
export default function addCases(suite: benchmark.Suite): void {
  const fields = new FieldList([
    ['accept', '*/*'],
    ['user-agent', 'bench'],
    ['x-tenant', 'beta-9'],
  ]);
  const request = requestHead({ path: '/api/users/42?verbose=1', fields });
  const given = exchange({ request });
  const pattern = made(regex('^/api/(\\w+)/(\\d+)'));
  const address = fieldValue('%downstream_remote_address%');
  const sentence = fieldValue('%REQ(x-tenant)% from %DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT% to %UPSTREAM_CLUSTER%');
  const prefixTest = made(valueTest({ name: 'x-tenant', prefixMatch: 'beta-' }));
  const expressionTest = made(valueTest({ name: 'x-tenant', value: '^beta-\\d+$', regex: true }));
  const condition = made(expression('request.method == "GET" && request.path.startsWith("/api")'));
  const withHeaders = made(expression('request.headers["x-tenant"] == "beta-9"'));
  const rewritePrefix = prefixRewrite('/api', '/v2');
  const rewriteExpression = regexRewrite(pattern, made(substitution(pattern, '/v2/\\2/\\1')));
  const cases: readonly (readonly [name: string, run: () => unknown, expected: unknown])[] = [
    ['header by prefix', () => prefixTest(fields.get('x-tenant')), true],
    ['header by expression', () => expressionTest(fields.get('x-tenant')), true],
    ['dsl_expressions, method and path', () => condition(given), true],
    ['dsl_expressions, a header', () => withHeaders(given), true],
    ['header value, one variable', () => address(given), '10.0.0.1:4000'],
    ['header value, three variables', () => sentence(given), 'beta-9 from 10.0.0.1 to servers'],
    ['prefix_rewrite', () => rewritePrefix(request), '/v2/users/42?verbose=1'],
    ['regex_rewrite', () => rewriteExpression(request), '/v2/42/users?verbose=1'],
    ['redirect', () => redirectLocation(request, { scheme: 'https', port: 8443 }), 'https://a.test:8443/api/users/42?verbose=1'],
  ];
  for (const [name, run, expected] of cases) {
    suite.add(name, () => {
      if (run() !== expected) throw new Error(`${name}: ${String(run())}`);
    });
  }
}
