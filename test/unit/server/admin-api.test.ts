import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STATE_NUMBERS } from '../../../src/server/admin/source.ts';
import { FakeSource } from './admin-source.ts';

const source = new FakeSource();

test('the root lists every API, and so does every path that is none', () => {
  const { status, body } = source.get('/');
  assert.equal(status, 200);
  const [title, ...paths] = body.trimEnd().split('\n');
  assert.equal(title, 'supported APIs:');
  assert.deepEqual(paths, [
    '/api/v1/config_dump',
    '/api/v1/disable_log',
    '/api/v1/enable_log',
    '/api/v1/env',
    '/api/v1/features',
    '/api/v1/get_loglevel',
    '/api/v1/plugin',
    '/api/v1/states',
    '/api/v1/stats',
    '/api/v1/stats_glob',
    '/api/v1/update_loglevel',
    '/api/v1/version',
    '/clusters',
    '/stats/prometheus',
  ]);
  assert.deepEqual(source.get('/not_exists'), source.get('/'));
  assert.deepEqual(source.ask('POST', '/'), source.get('/'));
});

test('every listed API answers something other than the list', () => {
  const help = source.get('/').body;
  for (const path of help.trimEnd().split('\n').slice(1)) assert.notEqual(source.get(path).body, help, path);
});

test('a method that an API does not have is answered 405 with those that it has', () => {
  for (const [method, path] of [
    ['POST', '/api/v1/config_dump'],
    ['POST', '/api/v1/stats'],
    ['POST', '/api/v1/stats_glob'],
    ['POST', '/api/v1/get_loglevel'],
    ['POST', '/api/v1/states'],
    ['POST', '/api/v1/features'],
    ['DELETE', '/api/v1/env'],
  ] as const) {
    const { status, body, allow } = source.ask(method, path);
    assert.deepEqual([status, body, allow], [405, '', 'GET, HEAD'], path);
  }
  for (const path of ['/api/v1/update_loglevel', '/api/v1/enable_log', '/api/v1/disable_log']) {
    const { status, body, allow } = source.get(path);
    assert.deepEqual([status, body, allow], [405, '', 'POST'], path);
  }
});

test('HEAD is answered as GET', () => {
  assert.deepEqual(source.ask('HEAD', '/api/v1/states'), source.get('/api/v1/states'));
});

test('the version stands where tools for MOSN look for it', () => {
  assert.equal(source.get('/api/v1/version').body, 'mosn version: meshloom/1.2.3');
});

test('states are numbered as in MOSN', () => {
  const proxy = new FakeSource();
  for (const state of Object.keys(STATE_NUMBERS) as (keyof typeof STATE_NUMBERS)[]) {
    proxy.state = state;
    assert.equal(proxy.get('/api/v1/states').body, `pid=4711&state=${STATE_NUMBERS[state]}\n`);
  }
  assert.deepEqual([STATE_NUMBERS.running, STATE_NUMBERS.draining, STATE_NUMBERS.stopped], [6, 8, 11]);
});

test('features are an object in order, or one of them as true or false', () => {
  assert.equal(source.get('/api/v1/features').body, '{\n "auto_config": false,\n "b": true\n}');
  assert.equal(source.get('/api/v1/features?key=b').body, 'true');
  assert.equal(source.get('/api/v1/features?key=auto_config').body, 'false');
  assert.equal(source.get('/api/v1/features?key=toString').body, 'false');
});

test('environment variables come with the names of those that are not set', () => {
  const { status, body } = source.get('/api/v1/env?key=t1&key=t2&key=t3');
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body), { env: { t1: 'test', t3: '' }, not_found: ['t2'] });
  assert.deepEqual(JSON.parse(source.get('/api/v1/env?key=t1').body), { env: { t1: 'test' } });
});

test('no name of an environment variable is a bad request', () => {
  assert.deepEqual(source.get('/api/v1/env'), {
    status: 400,
    contentType: 'application/json',
    body: '{\n\t"error": "no env key"\n}\n',
  });
});

test('protocols are plugins that are on and stay on', () => {
  const plugin = (query: string) => {
    const { status, body } = source.get(`/api/v1/plugin${query}`);
    return [status, body];
  };
  assert.deepEqual(plugin('?status=all'), [200, 'name:one,enable:true,on:true\nname:two,enable:true,on:true\n\n']);
  assert.deepEqual(plugin('?status=two'), [200, 'name:two,enable:true,on:true\n']);
  assert.deepEqual(plugin('?enable=one'), [200, 'enable one success\n']);
  assert.deepEqual(plugin('?disable=one'), [400, 'plugin one is a protocol and cannot be disabled\n']);
  for (const action of ['status', 'enable', 'disable']) assert.deepEqual(plugin(`?${action}=none`), [400, 'plugin none no register\n']);
  const [status, usage] = plugin('');
  assert.equal(status, 400);
  assert.match(String(usage), /^Usage:\n\/plugin\?status=all\n/);
});
