import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionedProtocols } from '../../../src/config/index.ts';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const preconnect = (value: object) => edited([`${PATHS.cluster}.preconnect`, value]);

test('one connection to each host is made in the protocol that is named, or as many as are asked for', () => {
  const read = (value: object) => accepted(preconnect(value)).clusterManager.clusters[0]?.preconnect;
  assert.deepEqual(read({ protocol: 'Http1' }), { protocol: 'http1', connections: 1 });
  assert.deepEqual(read({ protocol: 'Dubbo', connections: 1024 }), { protocol: 'dubbo', connections: 1024 });
});

test('a protocol that is not there, none, or too many connections are errors', () => {
  assert.match(
    problemsOf(preconnect({ protocol: 'Htp1' }))[0]!,
    /^error: .*preconnect\.protocol: names no protocol.*\(did you mean "http1"\?\)/,
  );
  assert.match(problemsOf(preconnect({}))[0]!, /^error: .*preconnect\.protocol: is missing/);
  for (const connections of [0, 1025]) {
    assert.match(
      problemsOf(preconnect({ protocol: 'Http1', connections }))[0]!,
      /^error: .*connections: must be an integer from 1 to 1024/,
    );
  }
});

test('its protocol is loaded', () => {
  assert.deepEqual(mentionedProtocols({ clusters: [{ preconnect: { protocol: 'Dubbo' } }] }).names, ['Dubbo']);
});
