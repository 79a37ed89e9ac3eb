import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseH2load } from '../../../bench/load/h2load.ts';

const report = `starting benchmark...
spawning thread #0: 8 total client(s). Timing-based test with 0s of warm-up time and 2s of main duration for measurements.
Main benchmark duration is over for thread #0. Stopping all clients.

finished in 2.00s, 126112.50 req/s, 6.13MB/s
requests: 252225 total, 252481 started, 252225 done, 252222 succeeded, 3 failed, 0 errored, 0 timeout
status codes: 252222 2xx, 0 3xx, 0 4xx, 3 5xx
traffic: 12.27MB (12863787) total, 2.89MB (3026832) headers (space savings 94.12%), 4.81MB (5044500) data
                     min         max         mean         sd        +/- sd
time for request:      194us     20.91ms      2.02ms       742us    91.07%
`;

test('a report of h2load is read: what succeeded counts, and it knows no percentiles', () => {
  const { requests, seconds, errors, p50, p99 } = parseH2load(report);
  assert.deepEqual({ requests, errors, p50, p99 }, { requests: 252_222, errors: 3, p50: Number.NaN, p99: Number.NaN });
  assert.ok(Math.abs(seconds - 2) < 0.001);
});
