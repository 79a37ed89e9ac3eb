import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parseWrk } from '../../../bench/load/generate.ts';

const report = `Running 3s test @ http://127.0.0.1:36453/
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency   671.44us  204.08us   7.36ms   86.50%
    Req/Sec    93.80k     4.12k   98.34k    86.99%
  Latency Distribution
     50%  635.00us
     75%  729.00us
     90%    1.02ms
     99%    1.20s
  282941 requests in 3.10s, 45.33MB read
  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 5
Requests/sec:  91271.29
Transfer/sec:     14.62MB
`;

test('a report of wrk is read with its units, its latencies taken from the distribution alone', () => {
  const { requests, p50, p99, errors, seconds } = parseWrk(report);
  assert.deepEqual({ requests, p50, p99, errors }, { requests: 282_941, p50: 0.635, p99: 1200, errors: 15 });
  assert.ok(Math.abs(seconds - 3.1) < 0.001);
});

test('a report of wrk without errors has none', () => {
  assert.equal(parseWrk(report.replace(/^ {2}(Socket|Non).*\n/gm, '')).errors, 0);
});
