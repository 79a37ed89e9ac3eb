import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldList } from '../../../src/protocol/fields.ts';
import { prefixRewrite } from '../../../src/proxy/head-changes.ts';
import { fixedPath, type RedirectTarget, redirectLocation } from '../../../src/proxy/redirect.ts';

/** Where a request for a URL is sent. */
function location(url: string, target: RedirectTarget): string {
  const [, scheme = '', authority = '', path = ''] = /^(\w+):\/\/([^/]*)(.*)$/.exec(url) ?? [];
  const head = {
    protocol: 'test',
    method: 'GET',
    fields: new FieldList(),
    oneWay: false,
    idempotent: true,
    timeoutMs: undefined,
    upgrade: '',
  };
  return redirectLocation({ ...head, scheme, authority, path }, target);
}

test('what is not named stays', () => {
  assert.equal(location('http://a.com:8080/x?y', {}), 'http://a.com:8080/x?y');
  assert.equal(location('http://a.com:8080/x?y', { host: 'b.com' }), 'http://b.com/x?y');
});

test('a port that belongs to the old scheme goes with it, another one stays', () => {
  assert.equal(location('http://a.com:80/', { scheme: 'https' }), 'https://a.com/');
  assert.equal(location('https://a.com:443/', { scheme: 'http' }), 'http://a.com/');
  assert.equal(location('http://a.com:8080/', { scheme: 'https' }), 'https://a.com:8080/');
  assert.equal(location('http://a.com:80/', { scheme: 'http' }), 'http://a.com:80/');
  assert.equal(location('http://a.com/', { scheme: 'https', host: 'b.com:80' }), 'https://b.com:80/');
});

test('a port takes the place of the one that is there', () => {
  assert.equal(location('http://a.com/', { port: 8443, scheme: 'https' }), 'https://a.com:8443/');
  assert.equal(location('http://a.com:80/', { port: 81 }), 'http://a.com:81/');
  assert.equal(location('http://[::1]:80/', { port: 81 }), 'http://[::1]:81/');
  assert.equal(location('http://[::1]/', { port: 81 }), 'http://[::1]:81/');
  assert.equal(location('http://a.com:80/', { port: 81, host: 'b.com:82' }), 'http://b.com:81/');
});

test('a path keeps the query, unless it has one of its own', () => {
  assert.equal(location('http://a.com/x?y=1', { path: fixedPath('/z') }), 'http://a.com/z?y=1');
  assert.equal(location('http://a.com/x', { path: fixedPath('/z') }), 'http://a.com/z');
  assert.equal(location('http://a.com/x?y=1', { path: fixedPath('/z?q') }), 'http://a.com/z?q');
});

test('a path may be a rewritten one', () => {
  assert.equal(location('http://a.com/old/x?y=1', { path: prefixRewrite('/old', '/new') }), 'http://a.com/new/x?y=1');
});

test('the query is left out where that is asked for', () => {
  assert.equal(location('http://a.com/x?y=1', { stripQuery: true }), 'http://a.com/x');
  assert.equal(location('http://a.com/x?y=1', { stripQuery: true, path: fixedPath('/z') }), 'http://a.com/z');
});
