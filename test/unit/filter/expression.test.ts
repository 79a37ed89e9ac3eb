import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expression } from '../../../src/filter/expression/expression.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { exchange, requestHead } from './exchange-double.ts';

const fields = new FieldList([
  ['x', '1'],
  ['x', '2'],
  ['user-agent', 'test'],
  ['x-request-id', 'r1'],
]);
const given = exchange({ request: requestHead({ path: '/a/b?q=1&q=2&e=%20', fields }) });

function holds(source: string): boolean {
  const compiled = expression(source);
  assert.ok(typeof compiled !== 'string', `${source}: ${String(compiled)}`);
  return compiled(given);
}

function refusal(source: string): string {
  const compiled = expression(source);
  assert.ok(typeof compiled === 'string', `${source} was taken`);
  return compiled;
}

test('an expression asks for what is known of a request', () => {
  for (const source of [
    'request.method == "GET"',
    'request.path == "/a/b"',
    'request.url_path == "/a/b?q=1&q=2&e=%20"',
    'request.host == "a.test:80"',
    'request.scheme == "http"',
    'request.headers["x"] == "1, 2"',
    'request.query_params["q"] == "1" && request.query_params["e"] == " "',
    'request.id == "r1" && request.useragent == "test" && request.referer == ""',
    'request.time > timestamp("2020-01-01T00:00:00Z")',
    'source.ip == ip("10.0.0.1") && source.port == 4000 && origin.ip == source.ip',
    'connection.id == "7" && !connection.mtls',
    'context.protocol == "test"',
    '"x" in request.headers && !("y" in request.headers)',
    '["PUT", "GET"].exists(method, method == request.method)',
    'request.path.startsWith("/a") && size(request.path) == 4',
  ]) {
    assert.ok(holds(source), source);
  }
});

test('what a request does not have makes it not hold, and harms nobody', () => {
  assert.ok(!holds('request.headers["none"] == "1"'));
  assert.ok(!holds('request.headers["none"] != "1"'));
  assert.ok(holds('request.headers["none"] == "1" || request.method == "GET"'));
});

test("MOSN's functions are there", () => {
  assert.ok(holds('match(request.path, "/a/*") && match(request.path, "*/b") && !match(request.path, "/a")'));
  assert.ok(holds('toLower("Ab") == "ab" && toUpper("Ab") == "AB"'));
  assert.ok(holds('conditional((request.method == "GET"), true, false)'));
  assert.ok(holds('conditional("none" in request.headers, request.headers["none"] == "1", conditional(false, false, (1 < 2)))'));
});

test('matches takes time linear in the text, wherever it stands', () => {
  assert.ok(holds('request.path.matches("^/a/[a-z]$")'));
  assert.ok(holds('!(request.path) . matches ( "b/a" )'));
  assert.ok(holds('conditional(request.path.matches("(?i)^/A"), "matches".matches("^matches$") && "x".matches(\'x\'), false)'));
  const long = exchange({ request: requestHead({ path: `${'a'.repeat(50_000)}!` }) });
  const compiled = expression('request.path.matches("^(a+)+$")');
  assert.ok(typeof compiled !== 'string' && !compiled(long));
});

test('what cannot be compiled is refused with the reason', () => {
  assert.equal(refusal('request.method == '), 'Unexpected token: EOF');
  assert.equal(refusal('request.nothing == "x"'), 'No such key: nothing');
  assert.equal(refusal('request.method == 5'), 'no such overload: string == int');
  assert.equal(refusal('nobody(1)'), "found no matching overload for 'nobody(int)'");
  assert.equal(refusal('request.path'), 'is of type string, and not true or false');
  assert.match(refusal('request.path.matches("(")'), /^matches: missing closing/);
  assert.equal(refusal('request.path.matches(request.host)'), 'matches takes an expression in quotes');
  assert.equal(refusal('request.path.matches()'), "found no matching overload for 'string.matches()'");
  assert.match(refusal('conditional(true, true)'), /found no matching overload for 'conditional/);
});
