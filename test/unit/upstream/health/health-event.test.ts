import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthEvent } from '../../../../src/upstream/health/health-event.ts';
import { HealthFlag } from '../../../../src/upstream/host.ts';
import { hostAt } from '../fixtures.ts';

test('an event has the form of MOSN: time, host, what it counts as, this result, whether that is a change', () => {
  const host = hostAt('10.0.0.1:80');
  assert.equal(
    healthEvent(1_700_000_000_999, host, true, false),
    'time:1700000000,host:10.0.0.1:80,health_status:1,current_result:1,status_changed:0',
  );
  host.setHealthFlag(HealthFlag.activeCheck);
  assert.equal(
    healthEvent(1_700_000_001_000, host, false, true),
    'time:1700000001,host:10.0.0.1:80,health_status:0,current_result:0,status_changed:1',
  );
});
