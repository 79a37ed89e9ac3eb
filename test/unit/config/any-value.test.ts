import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { check, formatProblem, type Loaded, mentionedProtocols, parse, redact } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { edited } from '../../support/checked.ts';

const there = catalogue();

/** What must hold of a reading, whatever was read. */
function sound({ configuration, problems }: Loaded): void {
  const failed = problems.some(({ severity }) => severity === 'error');
  assert.equal(configuration === undefined, failed);
  for (const problem of problems) assert.match(formatProblem(problem), /^[^\n]+$/);
}

/** A configuration with nearly everything in it, so that a change can strike anywhere. */
const FULL = edited(
  ['admin', { address: { socket_address: { address: '127.0.0.1', port_value: 1 } } }],
  ['servers[0].listeners[0].access_logs', [{ log_path: 'a', log_format: '%a%' }]],
  ['servers[0].listeners[0].stream_filters', [{ type: 'mirror', config: {} }]],
  ['servers[0].listeners[0].connection_idle_timeout', '1s'],
  ['servers[0].listeners[0].filter_chains[0].tls_context', {}],
  ['servers[0].listeners[0].filter_chains[0].filters[0].config.extend_config', { Http1: { max_head_bytes: 2048 }, sub_protocol: 'dubbo' }],
  [
    'servers[0].listeners[0].filter_chains[0].filters[1]',
    { type: 'tcp_proxy', config: { routes: [{ cluster: 'hosts', source_addrs: ['::1'] }] } },
  ],
  [
    'servers[0].routers[0].virtual_hosts[0].routers[1]',
    { match: { headers: [{ name: 'a', value: 'b' }] }, redirect: { response_code: 302 } },
  ],
  ['servers[0].routers[0].virtual_hosts[0].routers[2]', { direct_response: { status: 200, body: 'x' } }],
  [
    'servers[0].routers[0].virtual_hosts[0].routers[3]',
    { route: { weighted_clusters: [{ cluster: { name: 'hosts', weight: 1 } }], regex_rewrite: { pattern: { regex: 'a' } }, timeout: 5 } },
  ],
  ['cluster_manager.clusters[0].circuit_breakers', [{ max_connections: 1 }]],
  ['cluster_manager.clusters[0].health_check', { protocol: 'tcp' }],
);

/** The path to every value of a document. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

function replaced(value: unknown, [step, ...rest]: readonly (string | number)[], by: unknown): unknown {
  if (step === undefined) return by;
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...(value as object) };
  const inner = copy as Record<string | number, unknown>;
  inner[step] = replaced(inner[step], rest, by);
  return copy;
}

const PATHS = pathsOf(FULL);

test('any value in the place of any other gives problems or a configuration, and never an exception', () => {
  const odd = fc.constantFrom<unknown>(
    '',
    '0',
    '-1s',
    ':',
    '[',
    '::',
    '/',
    'X',
    'Auto',
    ',',
    0,
    -1,
    1e308,
    2 ** 53,
    true,
    null,
    [],
    {},
    [null],
    [[]],
    '%',
    '\0',
  );
  fc.assert(
    fc.property(fc.constantFrom(...PATHS), fc.oneof(odd, fc.jsonValue()), (path, value) => {
      const document = replaced(FULL, path, value);
      sound(check(document, there));
      redact(document, there);
      mentionedProtocols(document);
    }),
    { numRuns: 1500 },
  );
});

test('any number of odd values at once does no other harm', () => {
  const change = fc.tuple(fc.constantFrom(...PATHS), fc.jsonValue({ maxDepth: 1 }));
  fc.assert(
    fc.property(fc.array(change, { minLength: 2, maxLength: 8 }), (changes) => {
      let document: unknown = FULL;
      // A change may have taken away what a later one would change.
      for (const [path, value] of changes) {
        if (pathsOf(document).some((each) => each.join() === path.join())) document = replaced(document, path, value);
      }
      sound(check(document, there));
    }),
    { numRuns: 200 },
  );
});

test('any JSON, and any text, gives problems or a configuration', () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => sound(check(value, there))));
  fc.assert(fc.property(fc.json(), (text) => sound(parse(text, 'json', there))));
  fc.assert(fc.property(fc.string(), fc.constantFrom('json', 'yaml'), (text, format) => sound(parse(text, format, there))));
});

test('any object of a program that calls gives problems or a configuration, and never an exception', () => {
  fc.assert(
    fc.property(fc.object({ withNullPrototype: true, withBigInt: true, withDate: true, withMap: true, withSet: true }), (value) => {
      sound(check(value, there));
      sound(check({ servers: [{ ...value, listeners: [value], routers: value }], cluster_manager: value, admin: value }, there));
      redact(value, there);
    }),
  );
  for (const value of [undefined, () => 1, Symbol('a'), 1n, Number.NaN, new Date(0)]) {
    sound(check(value, there));
    sound(check({ servers: [{ default_log_path: value, listeners: [value] }], admin: value }, there));
  }
});
