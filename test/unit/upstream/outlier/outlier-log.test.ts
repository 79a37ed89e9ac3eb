import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ejection } from '../../../../src/upstream/outlier/outlier-detector.ts';
import { outlierLine, outlierMessage } from '../../../../src/upstream/outlier/outlier-log.ts';
import { hostAt } from '../fixtures.ts';

const NOW = Date.UTC(2024, 0, 2, 3, 4, 5);
const EJECTION: Ejection = {
  host: hostAt('10.0.0.1:80'),
  ejections: 2,
  sinceLastMs: 61_999,
  action: 'eject',
  reason: 'consecutive5xx',
  enforced: true,
  rate: undefined,
  ofAll: undefined,
};

test('a line is an object of JSON with the names of Envoy', () => {
  assert.deepEqual(JSON.parse(outlierLine(NOW, 'c', EJECTION)), {
    timestamp: '2024-01-02T03:04:05.000Z',
    cluster_name: 'c',
    upstream_url: '10.0.0.1:80',
    num_ejections: 2,
    secs_since_last_action: '61',
    action: 'EJECT',
    type: 'CONSECUTIVE_5XX',
    enforced: true,
    eject_consecutive_event: {},
  });
});

test('a comparison says what was compared', () => {
  const compared = JSON.parse(
    outlierLine(NOW, 'c', { ...EJECTION, reason: 'successRate', rate: 49.6, ofAll: { mean: 90.4, threshold: 52 } }),
  );
  assert.deepEqual(compared.eject_success_rate_event, {
    host_success_rate: 50,
    cluster_average_success_rate: 90,
    cluster_success_rate_ejection_threshold: 52,
  });
  const measured = JSON.parse(outlierLine(NOW, 'c', { ...EJECTION, reason: 'failurePercentage', rate: 10 }));
  assert.deepEqual(measured.eject_failure_percentage_event, { host_success_rate: 10 });
});

test('a return is told, and a first event says nothing of one before', () => {
  const { host, ejections } = EJECTION;
  assert.deepEqual(JSON.parse(outlierLine(NOW, 'c', { host, ejections, sinceLastMs: undefined, action: 'return' })), {
    timestamp: '2024-01-02T03:04:05.000Z',
    cluster_name: 'c',
    upstream_url: '10.0.0.1:80',
    num_ejections: 2,
    action: 'UNEJECT',
  });
});

test('people are told in a sentence', () => {
  assert.equal(outlierMessage('c', EJECTION), 'cluster "c": host 10.0.0.1:80 is ejected: CONSECUTIVE_5XX');
  assert.equal(outlierMessage('c', { ...EJECTION, action: 'return' }), 'cluster "c": host 10.0.0.1:80 returns from its ejection');
});
