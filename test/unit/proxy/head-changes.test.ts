import assert from 'node:assert/strict';
import { test } from 'node:test';
import { regex as compile, Regex } from '../../../src/base/regex.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { RequestHead } from '../../../src/protocol/head.ts';
import { changeFields, prefixRewrite, regexRewrite, rewritePath, wholeRewrite } from '../../../src/proxy/head-changes.ts';
import { scene } from './scripted.ts';

function request(path: string): RequestHead {
  return {
    protocol: 'script',
    scheme: 'http',
    authority: 'host',
    path,
    method: 'GET',
    fields: new FieldList(),
    oneWay: false,
    idempotent: true,
    timeoutMs: undefined,
    upgrade: '',
  };
}

function rewritten(path: string, rewrite: ReturnType<typeof prefixRewrite>): RequestHead {
  const head = request(path);
  rewritePath(head, rewrite);
  return head;
}

function regex(pattern: string, ...substitution: readonly (string | number)[]): ReturnType<typeof prefixRewrite> {
  const compiled = compile(pattern);
  assert.ok(compiled instanceof Regex);
  return regexRewrite(compiled, substitution);
}

test('a prefix gives way, and what follows it stays, with the query', () => {
  assert.equal(rewritten('/api/users?x=/api', prefixRewrite('/api', '/v2')).path, '/v2/users?x=/api');
});

test('a prefix that was matched in another spelling gives way in the spelling that was matched', () => {
  assert.equal(rewritten('/x/../%61pi/users?q=1', prefixRewrite('/api', '/v2')).path, '/v2/users?q=1');
});

test('nothing climbs out of what takes the place of a prefix', () => {
  const root = prefixRewrite('/', '/public/');
  for (const path of ['/../admin', '/x/../../admin', '/%2e%2e/admin', '/..%2fadmin', '/.%2E/admin', '/./admin']) {
    assert.equal(rewritten(`${path}?q=/../`, root).path, '/public/admin?q=/../', path);
  }
  assert.equal(rewritten('/..\\admin', root).path, '/public/admin');
  assert.equal(rewritten('/..%5cadmin', root).path, '/public/..%5Cadmin');
  assert.equal(rewritten('/api/../api/x', prefixRewrite('/api', '/v2/files')).path, '/v2/files/x');
  assert.equal(rewritten('/api/../api/x', regex('^/api', '/v2/files')).path, '/v2/files/x');
  assert.equal(rewritten('/%252e%252e/x', root).path, '/public/%252e%252e/x');
});

test('names with dots, and escapes that mean nothing to routes, stay as they came', () => {
  const root = prefixRewrite('/', '/public/');
  for (const path of ['a..b/..c/c../...', 'a%2Fb', '%e2%82%ac', 'a//b', '.well-known/x']) {
    assert.equal(rewritten(`/${path}`, root).path, `/public/${path}`);
  }
});

test('escapes behind a prefix that was matched in another spelling stay', () => {
  const rewrite = prefixRewrite('/api', '/v2');
  assert.equal(rewritten('/%61pi/a%20b%0d%0a%25%e2%82%ac%ff/;=@?x', rewrite).path, '/v2/a%20b%0D%0A%25%E2%82%AC%FF/;=@?x');
});

test('a prefix that must be escaped gives way', () => {
  assert.equal(rewritten('/caf%C3%A9/a%20b?x', prefixRewrite('/café', '/bar')).path, '/bar/a%20b?x');
});

test('a path that was matched as a whole gives way as a whole, whatever the case of its letters', () => {
  assert.equal(rewritten('/OLD?x=1', wholeRewrite('/new')).path, '/new?x=1');
});

test('all matches of an expression give way, in the path alone', () => {
  assert.equal(rewritten('/a1/a2?a3', regex('a(\\d)', 'b', 1)).path, '/b1/b2?a3');
});

test('the path that the client asked for stays in a field', () => {
  assert.equal(rewritten('/api', prefixRewrite('/api', '/v2')).fields.get('x-mosn-original-path'), '/api');
  assert.equal(rewritten('/other', prefixRewrite('/api', '/v2')).fields.has('x-mosn-original-path'), false);
});

test('fields are added, beside or in place of those that are there, before others are taken away', () => {
  const { exchange } = scene();
  const fields = new FieldList([
    ['gone', '1'],
    ['kept', '2'],
    ['replaced', '3'],
  ]);
  const value = (text: string) => () => text;
  const add = [
    { name: 'gone', value: value('4'), append: true },
    { name: 'kept', value: value('5'), append: true },
    { name: 'replaced', value: value('6'), append: false },
  ];
  changeFields(fields, { remove: ['gone'], add }, exchange);
  assert.deepEqual([fields.get('gone'), fields.get('kept'), fields.get('replaced')], [undefined, '2, 5', '6']);
});
