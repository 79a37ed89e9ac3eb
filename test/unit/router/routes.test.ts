import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ValueMatch } from '../../../src/base/value-match.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { buildRouter } from '../../../src/router/build-router.ts';
import type { RouteMatch } from '../../../src/router/spec.ts';
import { head, httpHead, rpcHead } from './heads.ts';

function routerOf(...matches: RouteMatch[]) {
  return buildRouter([{ domains: ['*'], routes: matches.map((match, order) => ({ match, value: order + 1 })) }]);
}

/** The number, from 1, of the route that a path takes. */
function routeOf(path: string, ...matches: RouteMatch[]): number | undefined {
  return routerOf(...matches).match(httpHead('a', path));
}

test('the first route in order wins, not the longest', () => {
  assert.equal(routeOf('/a/b', { prefix: '/a' }, { prefix: '/a/b' }, { path: '/a/b' }), 1);
  assert.equal(routeOf('/a/b', { prefix: '/x' }, { path: '/a/b' }, { prefix: '/a' }), 2);
  assert.equal(routeOf('/a/b', { regex: '/b$' }, { path: '/a/b' }, { prefix: '/' }), 1);
});

test('a prefix is one of characters, not of segments', () => {
  assert.equal(routeOf('/abc', { prefix: '/ab' }), 1);
  assert.equal(routeOf('/a', { prefix: '/ab' }), undefined);
});

test('a prefix minds the case of letters, an exact path does not', () => {
  assert.equal(routeOf('/ABC', { prefix: '/abc' }), undefined);
  assert.equal(routeOf('/ABC', { path: '/aBc' }), 1);
  assert.equal(routeOf('/abc', { path: '/ABC' }), 1);
});

test('of prefix, path and regex the first that is there counts', () => {
  assert.equal(routeOf('/a', { prefix: '/a', path: '/b', regex: 'c' }), 1);
  assert.equal(routeOf('/b', { prefix: '', path: '/b', regex: 'c' }), 1);
  assert.equal(routeOf('/c', { prefix: '/a', regex: 'c' }), undefined);
});

test('a regular expression is found anywhere in the path, unless it is anchored', () => {
  assert.equal(routeOf('/x/42/y', { regex: '\\d+' }), 1);
  assert.equal(routeOf('/x/42/y', { regex: '^/\\d+' }), undefined);
});

test('the query is no part of the path', () => {
  assert.equal(routeOf('/a?x=/b', { path: '/a' }), 1);
  assert.equal(routeOf('/a?b', { regex: 'b' }), undefined);
  assert.equal(routeOf('/?/x', { prefix: '/x' }, { prefix: '/' }), 2);
});

test('another spelling of a path takes the same route', () => {
  for (const path of [
    '/admin/x',
    '//admin/x',
    '/%61dmin/x',
    '/%2fadmin//x',
    '/./admin/x',
    '/b/../admin/x',
    '/b/%2e%2E/admin/x?y',
    '/../admin/x',
    '/\\admin\\x',
    '/b\\..\\admin/x',
  ]) {
    assert.equal(routeOf(path, { path: '/admin/x' }, { prefix: '/' }), 1, path);
  }
  assert.equal(routeOf('/admin/', { path: '/admin' }, { prefix: '/' }), 2);
  assert.equal(routeOf('/x/..', { path: '/' }), 1);
  assert.equal(routeOf('/x/.', { path: '/x/' }), 1);
});

test('escapes are decoded as UTF-8, once, and what is no escape stays', () => {
  assert.equal(routeOf('/caf%C3%A9', { path: '/café' }), 1);
  assert.equal(routeOf('/%2561', { path: '/%61' }), 1);
  assert.equal(routeOf('/%zz%4', { path: '/%zz%4' }), 1);
});

test('names that only look like dot segments are left alone', () => {
  assert.equal(routeOf('/.well-known/x', { prefix: '/.well-known/' }), 1);
  assert.equal(routeOf('/a/...', { path: '/a/...' }), 1);
});

test('the prefix / holds for a question to the server as a whole, and for a tunnel', () => {
  const router = routerOf({ prefix: '/' });
  assert.equal(router.match(httpHead('a', '*', {}, 'OPTIONS')), 1);
  assert.equal(router.match(head({ authority: 'a:443', method: 'CONNECT', upgrade: 'connect' })), 1);
  assert.equal(router.match(rpcHead('com.example.Service', 'call')), undefined);
});

test('all header conditions must hold', () => {
  const match = {
    prefix: '/',
    headers: [
      { name: 'X-Version', value: '2' },
      { name: 'x-user', value: '^a.*z$', regex: true },
    ],
  };
  const router = routerOf(match);
  assert.equal(router.match(httpHead('a', '/', { 'x-version': '2', 'x-user': 'abcz' })), 1);
  assert.equal(router.match(httpHead('a', '/', { 'x-version': '2', 'x-user': 'abc' })), undefined);
  assert.equal(router.match(httpHead('a', '/', { 'x-version': '3', 'x-user': 'abcz' })), undefined);
  assert.equal(router.match(httpHead('a', '/', { 'x-version': '2' })), undefined);
});

test('a header condition without a value wants the header there and empty', () => {
  const router = routerOf({ prefix: '/', headers: [{ name: 'x-flag' }] });
  assert.equal(router.match(httpHead('a', '/', { 'x-flag': '' })), 1);
  assert.equal(router.match(httpHead('a', '/')), undefined);
});

test('a header named method stands for the method of an HTTP request', () => {
  const router = routerOf({ prefix: '/', headers: [{ name: 'method', value: 'POST' }] }, { prefix: '/' });
  assert.equal(router.match(httpHead('a', '/', {}, 'POST')), 1);
  assert.equal(router.match(httpHead('a', '/', { method: 'POST' }, 'GET')), 2);
});

test('pseudo-header names and host can be matched', () => {
  const names = [':method', ':path', ':scheme', ':authority', 'host'];
  const values = ['GET', '/p?q', 'http', 'a:80', 'a:80'];
  for (const [index, name] of names.entries()) {
    assert.equal(routerOf({ headers: [{ name, value: values[index] }] }).match(httpHead('a:80', '/p?q')), 1, name);
  }
});

test('query parameters are matched by name, decoded, the first of a name', () => {
  const router = routerOf({ prefix: '/', queryParameters: [{ name: 'q', value: 'a b&c' }] });
  assert.equal(router.match(httpHead('a', '/?x=1&q=a+b%26c&q=z')), 1);
  assert.equal(router.match(httpHead('a', '/?q=z&q=a+b%26c')), undefined);
  assert.equal(router.match(httpHead('a', '/?qq=a+b%26c')), undefined);
  assert.equal(router.match(httpHead('a', '/')), undefined);
  const present = routerOf({ prefix: '/', queryParameters: [{ name: 'q', value: '', regex: true }] });
  for (const query of ['?q', '?q=', '?a&q', '?a=1&q=2&b']) assert.equal(present.match(httpHead('a', `/${query}`)), 1, query);
  for (const query of ['', '?', '?Q=1', '?a=q', '?a&=q']) assert.equal(present.match(httpHead('a', `/${query}`)), undefined, query);
});

test('the lone service .* takes every call, also one whose service nobody can read, and of HTTP what names one', () => {
  const router = routerOf({ headers: [{ name: 'service', value: '.*' }] });
  assert.equal(router.match(rpcHead('com.example.Service', 'call')), 1);
  assert.equal(router.match(rpcHead('', 'call')), 1);
  assert.equal(router.match(httpHead('a', '/')), undefined);
  assert.equal(router.match(httpHead('a', '/', { service: 'x' })), 1);
});

test('service, method and group of a call are found wherever the protocol keeps them', () => {
  const named = rpcHead('com.example.Service', 'call', {}, 'blue');
  const asFields = head({
    fields: new FieldList([
      ['service', 'com.example.Service'],
      ['method', 'call'],
      ['group', 'blue'],
    ]),
  });
  const match = {
    headers: [
      { name: 'service', value: 'com.example.Service' },
      { name: 'method', value: 'call' },
      { name: 'group', value: '^b', regex: true },
    ],
  };
  assert.equal(routerOf(match).match(named), 1);
  assert.equal(routerOf(match).match(asFields), 1);
  assert.equal(routerOf(match).match(rpcHead('com.example.Service', 'other', {}, 'blue')), undefined);
});

test('a match without any condition takes everything', () => {
  assert.equal(routerOf({}).match(rpcHead('', '')), 1);
  assert.equal(routerOf({}).match(httpHead('a', '/x')), 1);
});

test('a route that cannot be understood is reported with its place and left out', () => {
  const problems: string[] = [];
  const routes = [
    { match: { regex: '(' }, value: 1 },
    {
      match: {
        prefix: '/',
        headers: [
          { name: 'a', value: 'x' },
          { name: 'b', value: '(?=x)', regex: true },
        ],
      },
      value: 2,
    },
    { match: { prefix: '/', queryParameters: [{ name: 'q', value: '[', regex: true }] }, value: 3 },
    { match: { prefix: '/' }, value: 4 },
  ];
  const router = buildRouter([{ domains: ['*'], routes }], (path) => problems.push(path));
  assert.deepEqual(problems, [
    '[0].routers[0].match.regex',
    '[0].routers[1].match.headers[1].value',
    '[0].routers[2].match.query_parameters[0].value',
  ]);
  assert.equal(router.match(httpHead('a', '/')), 4);
});

test('what the router cannot see is asked of whom the head belongs to, last of all', () => {
  const asked: number[] = [];
  const route = (value: number, prefix: string, want: string) => ({
    match: { prefix },
    holds: (subject: string) => asked.push(value) > 0 && subject === want,
    value,
  });
  const routes = [route(1, '/x', 'red'), route(2, '/', 'red'), route(3, '/', 'blue')];
  const router = buildRouter<number, string>([{ domains: ['*'], routes }]);
  assert.equal(router.match(httpHead('a', '/'), 'blue'), 3);
  assert.deepEqual(asked, [2, 3], 'not where the path was another');
  assert.equal(router.match(httpHead('a', '/'), 'green'), undefined);
});

test('of several equal conditions the one that tells the routes apart is looked up', () => {
  const read: string[] = [];
  const routes = Array.from({ length: 100 }, (_, index) => ({
    match: {
      headers: [
        { name: 'zone', value: 'here' },
        { name: 'x-tenant', value: `t${index}` },
      ],
    },
    value: index,
  }));
  const router = buildRouter([{ domains: ['*'], routes }]);
  const request = httpHead('a', '/', { zone: 'here', 'x-tenant': 't77' });
  const fields = new Proxy(request.fields, {
    get: (target, key) => (key === 'get' ? (name: string) => read.push(name) && target.get(name) : Reflect.get(target, key)),
  });
  assert.equal(router.match({ ...request, fields }), 77);
  assert.deepEqual(read, ['x-tenant', 'zone', 'x-tenant']);
});

const letters = fc.constantFrom('a', 'b', 'A', '/', 'ab', '/a/');
const somePath = fc.array(letters, { maxLength: 5 }).map((parts) => `/${parts.join('')}`.replace(/\/+/g, '/'));
const someValue: fc.Arbitrary<Partial<ValueMatch>> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('1', '2').map((value) => ({ value })) },
  fc.constantFrom('^1', '2$', '1|3').map((value) => ({ value, regex: true })),
  fc.constantFrom('1', '2').map((prefixMatch) => ({ prefixMatch })),
  fc.constantFrom('1', '2').map((suffixMatch) => ({ suffixMatch })),
  fc.boolean().map((presentMatch) => ({ presentMatch })),
  fc.constantFrom(1, 2).map((start) => ({ rangeMatch: { start, end: 3 } })),
);
const someMatches = fc.array(
  fc.tuple(fc.constantFrom('x', 'y'), someValue, fc.boolean()).map(([name, way, invertMatch]) => ({ name, ...way, invertMatch })),
  { maxLength: 2 },
);
const someMatch: fc.Arbitrary<RouteMatch> = fc
  .tuple(
    fc.oneof(
      somePath.map((prefix) => ({ prefix })),
      somePath.map((path) => ({ path })),
      somePath.map((regex) => ({ regex })),
      somePath.map((path) => ({ regex: `^${path}` })),
      somePath.map((path) => ({ regex: `^${path}+$` })),
      fc.constant({}),
    ),
    someMatches,
    someMatches,
  )
  .map(([path, headers, queryParameters]) => ({ ...path, headers, queryParameters }));

function passes(match: ValueMatch, actual: string | undefined): boolean {
  const { value = '', regex, prefixMatch, suffixMatch, presentMatch, rangeMatch, invertMatch = false } = match;
  if (presentMatch !== undefined) return ((actual !== undefined) === presentMatch) !== invertMatch;
  if (actual === undefined) return false;
  if (prefixMatch !== undefined) return actual.startsWith(prefixMatch) !== invertMatch;
  if (suffixMatch !== undefined) return actual.endsWith(suffixMatch) !== invertMatch;
  if (rangeMatch !== undefined) return (Number(actual) >= rangeMatch.start && Number(actual) < rangeMatch.end) !== invertMatch;
  return (regex === true ? new RegExp(value).test(actual) : actual === value) !== invertMatch;
}

type Given = Readonly<Record<string, string>>;

interface SomeRoute {
  readonly match: RouteMatch;
  /** The subjects that it is for. */
  readonly subjects: readonly number[];
}

/** Route by route, in order: what the indexes must not change. */
function modelled(routes: readonly SomeRoute[], path: string, fields: Given, query: Given, subject: number): number | undefined {
  const found = routes.findIndex(
    ({ match, subjects }) =>
      (match.prefix === undefined || path.startsWith(match.prefix)) &&
      (match.path === undefined || path.toLowerCase() === match.path.toLowerCase()) &&
      (match.regex === undefined || new RegExp(match.regex).test(path)) &&
      (match.headers ?? []).every((each) => passes(each, fields[each.name])) &&
      (match.queryParameters ?? []).every((each) => passes(each, query[each.name])) &&
      subjects.includes(subject),
  );
  return found < 0 ? undefined : found + 1;
}

test('any routes are matched as if each were tried in order', () => {
  const someGiven: fc.Arbitrary<Given> = fc
    .record({ x: fc.constantFrom('1', '2', '12'), y: fc.constantFrom('1', '3') }, { requiredKeys: [] })
    .map((given) => Object.fromEntries(Object.entries(given)) as Given);
  const someRoute = fc.record({ match: someMatch, subjects: fc.subarray([0, 1]) });
  fc.assert(
    fc.property(
      fc.array(someRoute, { maxLength: 20 }),
      somePath,
      someGiven,
      someGiven,
      fc.constantFrom(0, 1),
      (routes, path, fields, query, subject) => {
        const router = buildRouter<number, number>([
          {
            domains: ['*'],
            routes: routes.map(({ match, subjects }, order) => ({ match, holds: (who) => subjects.includes(who), value: order + 1 })),
          },
        ]);
        const target = `${path}?${new URLSearchParams(query).toString()}`;
        assert.equal(router.match(httpHead('a', target, fields), subject), modelled(routes, path, fields, query, subject));
      },
    ),
    { numRuns: 3000 },
  );
});
