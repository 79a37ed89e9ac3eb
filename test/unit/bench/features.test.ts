import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEATURES } from '../../../bench/load/features.ts';
import { formatProblem } from '../../../src/config/index.ts';
import { configure } from '../../../src/server/configured.ts';
import { ProtocolRegistry } from '../../../src/server/protocol-registry.ts';
import { proxyConfiguration } from '../../support/configuration.ts';

for (const { name, settings } of FEATURES) {
  test(`what the benchmark measures as "${name}" is acted upon`, async () => {
    const document = proxyConfiguration({ ...settings, listen: 2045, hosts: ['127.0.0.1:8080'] });
    const { problems } = await configure(document, new ProtocolRegistry('.'));
    assert.deepEqual(
      problems.map((problem) => formatProblem(problem)),
      [],
    );
  });
}
