import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { ANY_HOST } from '../../../src/upstream/balancer.ts';
import { leastConnection, leastRequest } from '../../../src/upstream/balancers/least-request.ts';
import { peakEwma } from '../../../src/upstream/balancers/peak-ewma.ts';
import { HealthFlag, type Host } from '../../../src/upstream/host.ts';
import { HostConnections } from '../../../src/upstream/host-connections.ts';
import { Limit } from '../../../src/upstream/limits.ts';
import { hosts, hostsWeighing, seeded, settings, shares, within } from './fixtures.ts';

/** Gives hosts so many requests under way. */
function busy(all: readonly Host[], ...requests: number[]): void {
  for (const [index, count] of requests.entries()) for (let request = 0; request < count; request++) all[index]?.requestStarted();
}

test('LB_LEAST_REQUEST takes the least busy of the hosts that it draws, and so never the busiest of all', () => {
  const all = hosts(3);
  busy(all, 5, 0, 2);
  const [busiest, idle, middle] = shares(leastRequest(settings()), all, 3000);
  assert.equal(busiest, 0);
  // Two of three are drawn: the idle one is among them in two thirds of all cases.
  within([idle!, middle!], [2000, 1000], 0.1);
});

test('LB_LEAST_REQUEST with as many choices as there are hosts always takes the least busy', () => {
  const all = hosts(4);
  busy(all, 3, 2, 1, 2);
  assert.deepEqual(shares(leastRequest(settings({ choiceCount: 4 })), all, 100), [0, 0, 100, 0]);
  assert.deepEqual(shares(leastRequest(settings({ choiceCount: 99 })), all, 100), [0, 0, 100, 0]);
});

test('LB_LEAST_REQUEST treats hosts alike that are equally busy', () => {
  for (const choiceCount of [1, 2, 5]) {
    within(shares(leastRequest(settings({ choiceCount, random: seeded(choiceCount) })), hosts(5), 50_000), Array(5).fill(10_000), 0.03);
  }
});

test('LB_LEAST_REQUEST does not count requests under way with a bias of 0', () => {
  const all = hosts(2);
  busy(all, 100, 0);
  within(shares(leastRequest(settings({ activeRequestBias: 0 })), all, 10_000), [5000, 5000], 0.05);
});

test('LB_LEAST_REQUEST goes by the weights of idle hosts within 1 %, and by weight divided by load of busy ones', () => {
  const all = hostsWeighing(1, 2, 5);
  within(shares(leastRequest(settings()), all, 8000), [1000, 2000, 5000], 0.01);
  busy(all, 0, 1, 4);
  within(shares(leastRequest(settings()), all, 3000), [1000, 1000, 1000], 0.01);
  within(shares(leastRequest(settings({ activeRequestBias: 2 })), all, 17_000), [10_000, 5000, 2000], 0.01);
});

test('LB_LEAST_REQUEST keeps the fullest host nearly as empty as the others', () => {
  const all = hosts(20);
  const picker = leastRequest(settings()).build(all);
  for (let request = 0; request < 2000; request++) picker.pick(ANY_HOST, [])?.requestStarted();
  const load = all.map((host) => host.active);
  assert.ok(Math.max(...load) - Math.min(...load) <= 6, load.join(' '));
});

test('LB_LEAST_CONNECTION goes by connections', () => {
  const all = hosts(2);
  const limit = new Limit(0);
  const connections = new HostConnections(all[0]!, limit);
  connections.take();
  assert.deepEqual(shares(leastConnection(settings()), all, 10), [0, 10]);
  connections.release();
  within(shares(leastConnection(settings()), all, 1000), [500, 500], 0.1);
  assert.deepEqual([all[0]?.counts.connectionActive, all[0]?.counts.connectionClosed, limit.current], [0, 1, 0]);
});

test('a connection that the cluster may not have is not counted', () => {
  const [host] = hosts(1);
  const connections = new HostConnections(host!, new Limit(1));
  assert.deepEqual([connections.take(), connections.take()], [true, false]);
  assert.equal(host!.counts.connectionActive, 1);
});

class Answers {
  readonly timers = new ManualTimers();

  /** A request to a host that is answered after that time. */
  give(host: Host | undefined, afterMs: number, status = 200): void {
    const startedAt = host!.meter!.now;
    this.timers.advance(afterMs);
    if (status === 0) host!.meter!.onFault(startedAt);
    else {
      const head = new LocalResponse(status);
      host!.meter!.onHead(startedAt);
      host!.meter!.onOutcome(head, head.outcome);
    }
  }
}

function chosen(all: readonly Host[], answers: Answers, given = {}): Host | undefined {
  return peakEwma(settings({ timers: answers.timers, choiceCount: all.length, ...given }))
    .build(all)
    .pick(ANY_HOST, []);
}

/** A picker that looks at all hosts. */
function measured(count: number, given = {}) {
  const answers = new Answers();
  const all = hosts(count);
  const picker = peakEwma(settings({ timers: answers.timers, choiceCount: count, ...given })).build(all);
  return { answers, all, pick: () => all.indexOf(picker.pick(ANY_HOST, []) as Host) };
}

test('LB_PEAK_EWMA prefers the host that answers sooner', () => {
  const { answers, all, pick } = measured(2);
  answers.give(all[0], 20);
  answers.give(all[1], 10);
  assert.equal(pick(), 1);
});

test('LB_PEAK_EWMA holds against a host what trailers say, and takes the time of the head', () => {
  const { answers, all, pick } = measured(2);
  const head = new LocalResponse(200);
  for (const [host, outcome, headMs, restMs] of [
    [0, 'unavailable', 10, 0],
    [1, 'ok', 15, 5_000],
  ] as const) {
    const { meter } = all[host]!;
    const startedAt = meter!.now;
    answers.timers.advance(headMs);
    meter!.onHead(startedAt);
    answers.timers.advance(restMs);
    meter!.onOutcome(head, outcome);
  }
  assert.equal(pick(), 1);
});

test('LB_PEAK_EWMA goes by the number of requests under way, too', () => {
  const { answers, all, pick } = measured(2);
  answers.give(all[0], 20);
  answers.give(all[1], 10);
  busy(all, 0, 2);
  assert.equal(pick(), 0);
});

test('LB_PEAK_EWMA believes one slow answer at once, and many quick ones slowly', () => {
  const { answers, all, pick } = measured(2);
  for (let answer = 0; answer < 100; answer++) answers.give(all[0], 10);
  answers.give(all[1], 50);
  answers.give(all[0], 100);
  assert.equal(pick(), 1);
  for (let answer = 0; answer < 10; answer++) answers.give(all[0], 10);
  assert.equal(pick(), 1);
  for (let second = 0; second < 40; second++) {
    answers.timers.advance(1000);
    answers.give(all[0], 10);
    answers.give(all[1], 50);
  }
  assert.equal(pick(), 0);
});

test('LB_PEAK_EWMA tries a host again that was slow some time ago', () => {
  const { answers, all, pick } = measured(2);
  answers.give(all[0], 100);
  for (let second = 0; second < 10; second++) {
    answers.give(all[1], 10);
    assert.equal(pick(), 1);
    answers.timers.advance(1000);
  }
  for (let second = 0; second < 20; second++) {
    answers.give(all[1], 10);
    answers.timers.advance(1000);
  }
  answers.give(all[1], 10);
  assert.equal(pick(), 0);
});

test('LB_PEAK_EWMA tries a host that it knows nothing about, and expects the average of it until it has answered', () => {
  const { answers, all, pick } = measured(3);
  answers.give(all[0], 10);
  answers.give(all[1], 30);
  assert.equal(pick(), 2);
  busy(all, 0, 0, 1);
  assert.equal(pick(), 0);
  busy(all, 10, 10);
  assert.equal(pick(), 2);
});

test("LB_PEAK_EWMA counts servers' errors and faults against a host, clients' too unless the bias is 0, down to a tenth", () => {
  for (const [status, bias] of [
    [503, {}],
    [0, {}],
    [404, {}],
  ] as const) {
    const { answers, all, pick } = measured(2, bias);
    for (let answer = 0; answer < 20; answer++) {
      answers.give(all[0], 10, status);
      answers.give(all[1], 15);
    }
    assert.equal(pick(), 1, `status ${status}`);
    busy(all, 0, 20);
    assert.equal(pick(), 0, 'never less than a tenth');
  }
  const { answers, all, pick } = measured(2, { clientErrorBias: 0 });
  for (let answer = 0; answer < 20; answer++) {
    answers.give(all[0], 10, 404);
    answers.give(all[1], 15);
  }
  assert.equal(pick(), 0);
});

test('LB_PEAK_EWMA keeps what it knows of a host when others come', () => {
  const answers = new Answers();
  const all = hosts(3);
  const balancer = peakEwma(settings({ timers: answers.timers, choiceCount: 3 }));
  balancer.build(all.slice(0, 2));
  answers.give(all[0], 10);
  answers.give(all[1], 100);
  const picker = balancer.build(all);
  assert.equal(picker.pick(ANY_HOST, [all[2]!]), all[0]);
  all[0]?.setHealthFlag(HealthFlag.outlier);
  assert.equal(picker.pick(ANY_HOST, [all[2]!]), all[1]);
});

test('LB_PEAK_EWMA among hosts of which nothing is known takes any', () => {
  const answers = new Answers();
  const all = hosts(3);
  const picked = new Set(Array.from({ length: 50 }, (_, seed) => chosen(all, answers, { random: seeded(seed) })));
  assert.equal(picked.size, 3);
});
