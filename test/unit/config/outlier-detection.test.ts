import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accepted, edited, PATHS, problemsOf } from '../../support/checked.ts';

const detection = (value: object) => edited([`${PATHS.cluster}.outlier_detection`, value]);

test("what is not said of outlier detection is Envoy's", () => {
  assert.deepEqual(accepted(detection({})).clusterManager.clusters[0]?.outlierDetection, {
    consecutive5xx: 5,
    consecutiveGatewayFailure: 5,
    consecutiveLocalOriginFailure: 5,
    splitExternalLocalOriginErrors: false,
    interval: 10_000,
    baseEjectionTime: 30_000,
    maxEjectionTime: 300_000,
    maxEjectionTimeJitter: 0,
    maxEjectionPercent: 10,
    successRateMinimumHosts: 5,
    successRateRequestVolume: 100,
    successRateStdevFactor: 1900,
    failurePercentageThreshold: 85,
    failurePercentageMinimumHosts: 5,
    failurePercentageRequestVolume: 50,
    enforcingConsecutive5xx: 100,
    enforcingConsecutiveGatewayFailure: 0,
    enforcingConsecutiveLocalOriginFailure: 100,
    enforcingSuccessRate: 100,
    enforcingLocalOriginSuccessRate: 100,
    enforcingFailurePercentage: 0,
    enforcingFailurePercentageLocalOrigin: 0,
    successfulActiveHealthCheckUnejectHost: true,
    eventLogPath: undefined,
  });
  assert.equal(accepted(edited()).clusterManager.clusters[0]?.outlierDetection, undefined);
});

test('the keys are spelled as Envoy spells them', () => {
  const written = { consecutive_5xx: 3, enforcing_consecutive_5xx: 50, interval: '1s', base_ejection_time: '2s' };
  const read = accepted(detection(written)).clusterManager.clusters[0]?.outlierDetection;
  assert.deepEqual([read?.consecutive5xx, read?.enforcingConsecutive5xx, read?.interval, read?.baseEjectionTime], [3, 50, 1000, 2000]);
});

test('shares go to 100, and times of 0 that would never end are errors', () => {
  assert.match(problemsOf(detection({ max_ejection_percent: 101 }))[0]!, /must be an integer from 0 to 100/);
  assert.match(problemsOf(detection({ interval: '0s' }))[0]!, /^error: .*interval: must be longer than 0/);
  assert.match(problemsOf(detection({ base_ejection_time: '0s' }))[0]!, /^error: .*base_ejection_time: must be longer than 0/);
});
