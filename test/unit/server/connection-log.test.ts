import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FaultCode, fault } from '../../../src/base/fault.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { ConnectionLog } from '../../../src/server/connection-log.ts';
import { MemoryLog } from './memory-log.ts';

const client = { remoteAddress: '10.0.0.1:5' };

function stage(debug = false) {
  const timers = new ManualTimers();
  const logger = new MemoryLog(debug);
  return { timers, lines: logger.lines, log: new ConnectionLog({ name: 'door', timers, logger }) };
}

test('what a client did wrong is a line that says who it was and what it did', () => {
  const { log, lines } = stage();
  log.ended(client, fault('malformed', 'downstream', 'no', 'no such frame'));
  assert.deepEqual(lines, ['info listener "door": the connection of 10.0.0.1:5 ended: malformed, no such frame']);
});

test('there is one such line a second, which counts those that were not written', () => {
  const { log, lines, timers } = stage();
  for (let count = 0; count < 5; count++) log.ended(client, fault('truncated', 'downstream', 'no', 'a part'));
  assert.equal(lines.length, 1);
  timers.advance(999);
  log.ended(client, fault('truncated', 'downstream', 'no', 'a part'));
  assert.equal(lines.length, 1);
  timers.advance(1);
  log.ended(client, fault('timeout', 'downstream', 'no', 'slow'));
  assert.deepEqual(lines.slice(1), [
    'info listener "door": the connection of 10.0.0.1:5 ended: timeout, slow {"unsaid_since_last_line":5}',
  ]);
});

test('what is nobody’s fault is said at debug alone, and a good end never', () => {
  for (const debug of [false, true]) {
    const { log, lines } = stage(debug);
    const codes: readonly (readonly [FaultCode, 'downstream' | 'local'])[] = [
      ['reset', 'downstream'],
      ['cancelled', 'local'],
      ['timeout', 'local'],
    ];
    for (const [code, origin] of codes) log.ended(client, fault(code, origin, 'maybe', 'x'));
    log.ended(client, fault('closed', 'downstream', 'maybe', 'x'));
    assert.equal(lines.length, debug ? 3 : 0);
    assert.ok(lines.every((line) => line.startsWith('debug ')));
  }
});
