import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeSource } from './admin-source.ts';

test('the levels of all error logs come in the order of their paths', () => {
  assert.equal(new FakeSource().get('/api/v1/get_loglevel').body, '{"":"INFO","/var/log/z.log":"ERROR"}');
});

test('a level is changed by path, and the change is reported', () => {
  const source = new FakeSource();
  const answer = source.ask('POST', '/api/v1/update_loglevel', '{"log_path": "/var/log/z.log", "log_level": "TRACE"}');
  assert.deepEqual([answer.status, answer.body], [200, 'update logger success\n']);
  assert.equal(source.logs.errorLogs.get('/var/log/z.log'), 'trace');
  assert.deepEqual(source.reports, ['log level of /var/log/z.log is TRACE now']);
});

test('without a path it is the level of the console; keys match without regard to case', () => {
  const source = new FakeSource();
  assert.equal(source.ask('POST', '/api/v1/update_loglevel', '{"Log_Level": "DEBUG"}').status, 200);
  assert.equal(source.logs.errorLogs.get(''), 'debug');
});

test('what is no level, no log or no JSON changes nothing and is a bad request', () => {
  const source = new FakeSource();
  for (const body of [
    '',
    '{',
    'null',
    '[]',
    '"INFO"',
    '{"log_level": "info"}',
    '{"log_level": "LOUD"}',
    '{"log_path": "/var/log/none.log", "log_level": "INFO"}',
    '{"log_path": 1, "log_level": "INFO"}',
    '{"log_path": "/var/log/access.log", "log_level": "INFO"}',
  ]) {
    const answer = source.ask('POST', '/api/v1/update_loglevel', body);
    assert.deepEqual([answer.status, answer.body], [400, '{\n\t"error": "update logger failed"\n}\n'], body);
  }
  assert.deepEqual(source.logs.levels(), new FakeSource().logs.levels());
  assert.deepEqual(source.reports, []);
});

test('a log is disabled and enabled by its path', () => {
  const source = new FakeSource();
  const disabled = source.ask('POST', '/api/v1/disable_log', '/var/log/access.log');
  assert.deepEqual([disabled.status, disabled.body], [200, 'disable logger success\n']);
  assert.deepEqual([...source.logs.disabled], ['/var/log/access.log']);
  const enabled = source.ask('POST', '/api/v1/enable_log', '/var/log/access.log');
  assert.deepEqual([enabled.status, enabled.body], [200, 'enable logger success\n']);
  assert.deepEqual([...source.logs.disabled], []);
  assert.deepEqual(source.reports, ['log /var/log/access.log is disabled', 'log /var/log/access.log is enabled']);
});

test('a log that is not there cannot be disabled or enabled', () => {
  const source = new FakeSource();
  const disabled = source.ask('POST', '/api/v1/disable_log', '/none');
  assert.deepEqual([disabled.status, disabled.body], [400, '{\n\t"error": "disable logger failed"\n}\n']);
  const enabled = source.ask('POST', '/api/v1/enable_log', '/none');
  assert.deepEqual([enabled.status, enabled.body], [400, '{\n\t"error": "enable logger failed"\n}\n']);
});
