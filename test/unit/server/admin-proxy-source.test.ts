import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { SILENT_LOGGER } from '../../../src/base/log.ts';
import { type AdministeredProxy, ProxyAdminSource } from '../../../src/server/admin-source.ts';
import { FakeLogs } from './admin-source.ts';

const UNBUILT: AdministeredProxy = {
  state: 'created',
  document: undefined,
  catalogue: undefined,
  listeners: [],
  clusters: [],
  protocols: new Map(),
  log: SILENT_LOGGER,
};

test('a proxy without a configuration shows an empty one', () => {
  const source = new ProxyAdminSource(UNBUILT, new FakeLogs());
  assert.deepEqual(source.configuration(), {});
  assert.deepEqual(source.protocols(), []);
  assert.equal(source.state, 'created');
});

test('a variable with the name of a secret is known to be there and not shown', () => {
  const names = ['MESHLOOM_TEST_PASSWORD', 'MESHLOOM_TEST_API_KEY', 'MESHLOOM_TEST_TOKEN', 'MESHLOOM_TEST_PLAIN'];
  after(() => {
    for (const name of names) delete process.env[name];
  });
  for (const name of names) process.env[name] = 'value';
  const source = new ProxyAdminSource(UNBUILT, new FakeLogs());
  assert.deepEqual(
    names.map((name) => source.environment(name)),
    ['[redacted]', '[redacted]', '[redacted]', 'value'],
  );
  assert.equal(source.environment('MESHLOOM_TEST_MISSING'), undefined);
});
