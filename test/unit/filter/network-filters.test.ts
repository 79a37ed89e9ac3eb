import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import faultInject from '../../../src/filter/network/fault-inject.ts';
import localRateLimit from '../../../src/filter/network/local-rate-limit.ts';
import type { NetworkFilter, NetworkFilterKind } from '../../../src/filter/network/network-filter.ts';
import rbac from '../../../src/filter/network/rbac.ts';
import { problemsOf, read } from './filter-stage.ts';

const timers = new ManualTimers();

function build<Settings>(kind: NetworkFilterKind<Settings>, written: unknown, draws: number[] = []): NetworkFilter {
  return kind.build(read(kind.settings, written), { timers, random: () => draws.shift() ?? 0 });
}

const from = (remoteAddress: string, localAddress = '192.0.2.1:80') => ({ remoteAddress, localAddress });

test('rbac lets in whom one of its rules describes, and nobody else', () => {
  const rules = [{ source_addrs: ['10.0.0.0/8'], destination_port: '80' }, { source_addrs: ['::1'] }];
  const filter = build(rbac, { action: 'ALLOW', rules });
  for (const ends of [from('10.1.2.3:5'), from('[::1]:5'), from('[::1]:5', '[::1]:81')]) assert.equal(filter.admit?.(ends), undefined);
  for (const ends of [from('11.1.2.3:5'), from('10.1.2.3:5', '192.0.2.1:81'), from('[::2]:5'), from('/run/a.sock'), from('')]) {
    assert.equal(filter.admit?.(ends), 'no rule allows it', ends.remoteAddress);
  }
});

test('rbac refuses whom one of its rules describes, and nobody else', () => {
  const filter = build(rbac, { action: 'DENY', rules: [{ source_addrs: ['10.0.0.0/8'] }] });
  assert.equal(filter.admit?.(from('10.0.0.1:5')), 'a rule denies it');
  assert.equal(filter.admit?.(from('9.255.255.255:5')), undefined);
});

test('rbac without rules is an error, for it would let everybody in or nobody', () => {
  assert.match(problemsOf(rbac.settings, { action: 'ALLOW', rules: [] })[0]!, /rules: must be a list with at least one item/);
  assert.match(problemsOf(rbac.settings, { rules: [{}] })[0]!, /action: is missing/);
});

test('local_ratelimit lets in what its bucket holds, and again after an interval', () => {
  const filter = build(localRateLimit, { token_bucket: { max_tokens: 2, fill_interval: '1s' } });
  const answers = () => [1, 2, 3].map(() => filter.admit?.(from('10.0.0.1:1')));
  const refused = 'too many connections in that time';
  assert.deepEqual(answers(), [undefined, undefined, refused]);
  timers.advance(1000);
  assert.deepEqual(answers(), [undefined, refused, refused]);
});

test('local_ratelimit is filled each millisecond at most', () => {
  const bucket = (interval: string) => ({ token_bucket: { max_tokens: 1, fill_interval: interval } });
  assert.deepEqual(problemsOf(localRateLimit.settings, bucket('1ms')), []);
  assert.match(problemsOf(localRateLimit.settings, bucket('999us'))[0]!, /fill_interval: must be a millisecond at least/);
});

test('fault_inject delays and refuses by chance', () => {
  const filter = build(faultInject, { delay_percent: 30, delay_duration: '2s', abort_percent: 10 }, [0.0999, 0.1, 0.2999, 0.3]);
  assert.equal(filter.admit?.(from('')), 'a fault was injected');
  assert.equal(filter.admit?.(from('')), undefined);
  assert.equal(filter.delayMs?.(), 2000);
  assert.equal(filter.delayMs?.(), 0);
});

test('fault_inject that asks for nothing has nothing to do', () => {
  assert.deepEqual(build(faultInject, {}), {});
  assert.match(problemsOf(faultInject.settings, { delay_percent: 101 })[0]!, /must be an integer from 0 to 100/);
});
