import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteMatch, VariableMatch } from '../../../src/config/index.ts';
import { exchangeTest } from '../../../src/server/build-condition.ts';
import { scene } from '../proxy/scripted.ts';

const NOTHING: RouteMatch = {
  prefix: undefined,
  path: undefined,
  regex: undefined,
  headers: [],
  queryParameters: [],
  variables: [],
  dslExpressions: [],
  runtimeFraction: undefined,
};

/** Whether variables hold for a request with these fields: a letter stands for the field `a` that must be `1`. */
function holds(fields: Readonly<Record<string, string>>, ...variables: readonly (readonly [name: string, model: 'and' | 'or'])[]): boolean {
  const { exchange } = scene();
  for (const [name, value] of Object.entries(fields)) exchange.request.fields.set(name, value);
  const matches = variables.map(
    ([name, model]): VariableMatch => ({ name: `request_header_${name}`, value: '1', regex: undefined, model }),
  );
  return exchangeTest({ ...NOTHING, variables: matches })!(exchange);
}

test('a route that asks for nothing more has nothing to ask', () => {
  assert.equal(exchangeTest(NOTHING), undefined);
});

test('variables are joined from left to right, and the first group of them that holds is enough', () => {
  const a = { a: '1' };
  const b = { b: '1' };
  const c = { c: '1' };
  assert.ok(!holds(a, ['a', 'and'], ['b', 'and']));
  assert.ok(holds({ ...a, ...b }, ['a', 'and'], ['b', 'and']));
  for (const fields of [a, b]) assert.ok(holds(fields, ['a', 'or'], ['b', 'and']));
  // a or (b and c)
  assert.ok(holds(a, ['a', 'or'], ['b', 'and'], ['c', 'and']));
  assert.ok(!holds(b, ['a', 'or'], ['b', 'and'], ['c', 'and']));
  assert.ok(holds({ ...b, ...c }, ['a', 'or'], ['b', 'and'], ['c', 'and']));
  // (a and b) or c
  assert.ok(!holds(a, ['a', 'and'], ['b', 'or'], ['c', 'and']));
  assert.ok(holds(c, ['a', 'and'], ['b', 'or'], ['c', 'and']));
  // An `or` behind the last one joins it to nothing.
  assert.ok(!holds(b, ['a', 'or']));
});

test('a variable that a request does not have is empty', () => {
  const { exchange } = scene();
  const empty: VariableMatch = { name: 'request_header_x', value: '', regex: '^$', model: 'and' };
  assert.ok(exchangeTest({ ...NOTHING, variables: [empty] })!(exchange));
  exchange.request.fields.set('x', '1');
  assert.ok(!exchangeTest({ ...NOTHING, variables: [empty] })!(exchange));
});

test('all expressions must hold', () => {
  const { exchange } = scene();
  const test = (...dslExpressions: string[]) => exchangeTest({ ...NOTHING, dslExpressions })!(exchange);
  assert.ok(test('true', 'request.method != ""'));
  assert.ok(!test('true', 'request.method == ""'));
});

test('a share is drawn for those requests for which all else holds', () => {
  const { exchange } = scene();
  let draws = 0;
  const numbers = [0.24, 0.25, 0.9];
  const random = () => numbers[draws++]!;
  const share = exchangeTest({ ...NOTHING, runtimeFraction: 0.25 }, random)!;
  assert.deepEqual([share(exchange), share(exchange), share(exchange)], [true, false, false]);
  const other: VariableMatch = { name: 'request_method', value: 'NONE', regex: undefined, model: 'and' };
  assert.ok(!exchangeTest({ ...NOTHING, variables: [other], runtimeFraction: 1 }, random)!(exchange));
  assert.equal(draws, 3);
});
