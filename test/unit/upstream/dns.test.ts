import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import {
  ANSWER_TIMEOUT_MS,
  DEFAULT_REFRESH_MS,
  DnsDiscovery,
  type DnsDiscoveryOptions,
  MIN_REFRESH_MS,
} from '../../../src/upstream/discoveries/dns.ts';
import type { AddressFamily, ResolvedName, Resolver } from '../../../src/upstream/discoveries/resolver.ts';
import type { HostSpec } from '../../../src/upstream/host.ts';

interface Question {
  readonly name: string;
  readonly family: AddressFamily;
  answer(...addresses: string[]): Promise<void>;
  answerFor(ttlMs: number, ...addresses: string[]): Promise<void>;
  fail(): Promise<void>;
}

/** A resolver that answers when it is told to. */
class ScriptedResolver implements Resolver {
  readonly questions: Question[] = [];

  resolve(name: string, family: AddressFamily): Promise<ResolvedName> {
    return new Promise((resolve, reject) => {
      const answerFor = (ttlMs: number | undefined, addresses: string[]) => {
        resolve({ addresses, ttlMs });
        return settled();
      };
      this.questions.push({
        name,
        family,
        answer: (...addresses) => answerFor(undefined, addresses),
        answerFor: (ttlMs, ...addresses) => answerFor(ttlMs, addresses),
        fail: () => {
          reject(new Error('SERVFAIL'));
          return settled();
        },
      });
    });
  }
}

/** What waits for a settled promise has run when the turn of the event loop is over. */
function settled(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

function start(hosts: readonly HostSpec[], options: Partial<DnsDiscoveryOptions> = {}) {
  const timers = new ManualTimers();
  const resolver = new ScriptedResolver();
  const seen: string[][] = [];
  const failures: string[] = [];
  const discovery = new DnsDiscovery({
    hosts,
    timers,
    resolver,
    onFailure: (name, reason) => failures.push(`${name}: ${String(reason)}`),
    ...options,
  });
  discovery.start((found) => seen.push(found.map((host) => host.address)));
  return { timers, discovery, seen, failures, questions: resolver.questions };
}

test('until a name is answered for, the name itself is the host', () => {
  assert.deepEqual(start([{ address: 'a.test:81' }]).seen, [['a.test:81']]);
});

test('each address of a name is a host at the port of the name, of both families', async () => {
  const { seen, questions } = start([{ address: 'a.test:81' }]);
  await questions[0]?.answer('10.0.0.2', '10.0.0.1', '2001:db8::1');
  assert.deepEqual(seen.at(-1), ['10.0.0.1:81', '10.0.0.2:81', '[2001:db8::1]:81']);
  assert.deepEqual([questions[0]?.name, questions[0]?.family], ['a.test', 'any']);
});

test('hosts keep what the configuration says of the name, and the name as host name', async () => {
  const found: HostSpec[][] = [];
  const resolver = new ScriptedResolver();
  const discovery = new DnsDiscovery({
    hosts: [
      { address: 'a.test:81', weight: 5 },
      { address: 'b.test', hostname: 'other' },
    ],
    timers: new ManualTimers(),
    resolver,
    family: 'ipv4',
  });
  discovery.start((hosts) => found.push([...hosts]));
  const names = (hosts: readonly HostSpec[] | undefined) => Array.from(hosts ?? [], ({ hostname }) => hostname);
  assert.deepEqual(names(found[0]), ['a.test', 'other'], 'before anything is answered');
  await resolver.questions[0]?.answer('10.0.0.1');
  await resolver.questions[1]?.answer('10.0.0.2');
  assert.deepEqual(found.at(-1), [
    { address: '10.0.0.1:81', weight: 5, hostname: 'a.test' },
    { address: '10.0.0.2:80', hostname: 'other' },
  ]);
  assert.equal(resolver.questions[0]?.family, 'ipv4');
});

test('what is no name is a host as it is, and nobody is asked', () => {
  const addresses = ['10.0.0.1:80', '[::1]:80', 'unix:/run/a.sock', '/run/b.sock'];
  const { seen, questions } = start(addresses.map((address) => ({ address })));
  assert.deepEqual(seen, [addresses]);
  assert.deepEqual(questions, []);
});

test('a name is asked for again, the refresh time after each answer', async () => {
  const { timers, seen, questions } = start([{ address: 'a.test:81' }]);
  await questions[0]?.answer('10.0.0.1');
  timers.advance(DEFAULT_REFRESH_MS - 1);
  assert.equal(questions.length, 1);
  timers.advance(1);
  assert.equal(questions.length, 2);
  await questions[1]?.answer('10.0.0.2');
  assert.deepEqual(seen.at(-1), ['10.0.0.2:81']);
  timers.advance(DEFAULT_REFRESH_MS);
  assert.equal(questions.length, 3);
});

test('the same addresses in another order are no news', async () => {
  const { timers, seen, questions } = start([{ address: 'a.test:81' }]);
  await questions[0]?.answer('10.0.0.1', '10.0.0.2');
  timers.advance(DEFAULT_REFRESH_MS);
  await questions[1]?.answer('10.0.0.2', '10.0.0.1', '10.0.0.1');
  assert.equal(seen.length, 2);
});

test('a failure keeps the last good answer, is reported, and the name is asked for again', async () => {
  const { timers, seen, failures, questions } = start([{ address: 'a.test:81' }], { refreshMs: 100 });
  await questions[0]?.answer('10.0.0.1');
  timers.advance(100);
  await questions[1]?.fail();
  assert.deepEqual(failures, ['a.test: Error: SERVFAIL']);
  assert.deepEqual(seen.at(-1), ['10.0.0.1:81']);
  timers.advance(100);
  await questions[2]?.answer('10.0.0.3');
  assert.deepEqual(seen.at(-1), ['10.0.0.3:81']);
});

test('a good answer without addresses leaves no hosts', async () => {
  const { seen, questions } = start([{ address: 'a.test:81' }]);
  await questions[0]?.answer();
  assert.deepEqual(seen.at(-1), []);
});

test('an answer that does not come in time is a failure, and does not count when it comes after all', async () => {
  const { timers, seen, failures, questions } = start([{ address: 'a.test:81' }], { refreshMs: 100 });
  timers.advance(ANSWER_TIMEOUT_MS - 1);
  assert.deepEqual(failures, []);
  timers.advance(1);
  assert.deepEqual(failures, [`a.test: Error: no answer within ${ANSWER_TIMEOUT_MS} ms`]);
  await questions[0]?.answer('10.0.0.1');
  assert.equal(seen.length, 1);
  timers.advance(100);
  await questions[1]?.answer('10.0.0.2');
  assert.deepEqual(seen.at(-1), ['10.0.0.2:81']);
});

test('where it shall, the time to live says when to ask again, but never at once', async () => {
  const { timers, questions } = start([{ address: 'a.test:81' }], { respectTtl: true });
  await questions[0]?.answerFor(30_000, '10.0.0.1');
  timers.advance(29_999);
  assert.equal(questions.length, 1);
  timers.advance(1);
  await questions[1]?.answerFor(0, '10.0.0.1');
  timers.advance(MIN_REFRESH_MS - 1);
  assert.equal(questions.length, 2);
  timers.advance(1);
  assert.equal(questions.length, 3);
});

test('where it shall not, the time to live says nothing', async () => {
  const { timers, questions } = start([{ address: 'a.test:81' }]);
  await questions[0]?.answerFor(30_000, '10.0.0.1');
  timers.advance(DEFAULT_REFRESH_MS);
  assert.equal(questions.length, 2);
});

test('names are independent of each other, and hosts stay in the order of the names', async () => {
  const { seen, questions } = start([{ address: 'a.test:1' }, { address: '10.9.9.9:2' }, { address: 'b.test:3' }]);
  await questions[1]?.answer('10.0.0.2');
  assert.deepEqual(seen.at(-1), ['a.test:1', '10.9.9.9:2', '10.0.0.2:3']);
  await questions[0]?.answer('10.0.0.1');
  assert.deepEqual(seen.at(-1), ['10.0.0.1:1', '10.9.9.9:2', '10.0.0.2:3']);
});

test('once stopped it tells nothing, asks nothing, and leaves no timer', async () => {
  const { timers, discovery, seen, questions } = start([{ address: 'a.test:81' }, { address: 'b.test:81' }]);
  await questions[0]?.answer('10.0.0.1');
  discovery.stop();
  await questions[1]?.answer('10.0.0.2');
  assert.equal(timers.scheduled, 0);
  timers.advance(1_000_000);
  assert.equal(questions.length, 2);
  assert.equal(seen.length, 2);
});
