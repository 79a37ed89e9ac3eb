import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bytes } from '../../../src/base/bytes.ts';
import { type Exchange, type Filter, HOLD, type Verdict } from '../../../src/filter/filter.ts';
import { slot } from '../../../src/filter/slot.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { faultOf, scene, took } from './scripted.ts';

test('phases run in order, and responses pass the filters backwards', () => {
  const calls: string[] = [];
  const noting = (name: string): Filter => {
    const note =
      (phase: string) =>
      (exchange: Exchange): undefined => {
        calls.push(`${name} ${phase} ${exchange.attempt}`);
      };
    return {
      name,
      onRequest: note('request'),
      onRoute: note('route'),
      onUpstream: note('upstream'),
      onResponse: note('response'),
      onComplete: note('complete'),
    };
  };
  const { upstream } = scene({ filters: [noting('x'), noting('y')] });
  upstream().answer(200, true);
  assert.deepEqual(calls, [
    'x request 0',
    'y request 0',
    'x route 0',
    'y route 0',
    'x upstream 1',
    'y upstream 1',
    'y response 1',
    'x response 1',
    'x complete 1',
    'y complete 1',
  ]);
});

for (const phase of ['onRequest', 'onRoute', 'onUpstream', 'onResponse'] as const) {
  test(`${phase} may hold the exchange and go on later`, () => {
    const { journal, exchange, upstream } = scene({ filters: [{ name: 'hold', [phase]: (): Verdict => HOLD }] });
    if (phase === 'onResponse') upstream().answer(200, false);
    assert.deepEqual(took(journal), phase === 'onResponse' ? ['a head GET / end', 'a pause'] : []);
    exchange.resume();
    assert.deepEqual(took(journal), phase === 'onResponse' ? ['client head 200', 'a resume'] : ['a head GET / end']);
  });

  test(`${phase} may answer, and the upstream hears no more`, () => {
    const filter: Filter = { name: 'deny', [phase]: (exchange: Exchange) => exchange.reply('denied', 'no') };
    const { journal, exchange, upstream, cluster } = scene({ filters: [filter] });
    if (phase === 'onResponse') upstream().answer(200, true);
    const before = phase === 'onResponse' ? ['a head GET / end', 'a reset cancelled'] : [];
    assert.deepEqual(took(journal), [...before, 'client reply denied: no']);
    assert.deepEqual(exchange.flags, ['LR']);
    assert.equal(cluster.limits.requests.current, 0);
  });
}

test('a filter that resumes before it returns HOLD does not hang', () => {
  const { journal } = scene({
    filters: [
      {
        name: 'hasty',
        onRequest(exchange) {
          exchange.resume();
          return HOLD;
        },
      },
    ],
  });
  assert.deepEqual(took(journal), ['a head GET / end']);
});

test('a client may leave while a filter holds', () => {
  const { journal, exchange } = scene({ filters: [{ name: 'hold', onRequest: () => HOLD }] });
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  exchange.resume();
  assert.deepEqual(took(journal), []);
});

test('body filters may change, swallow and see the ending', () => {
  const seen: string[] = [];
  const filter: Filter = {
    name: 'shout',
    onRequestData(_exchange, bytes, end): Bytes | undefined {
      seen.push(`${bytes}${end ? ' end' : ''}`);
      return end ? undefined : Buffer.from(bytes.toString().toUpperCase());
    },
    onResponseData: (_exchange, bytes) => Buffer.concat([bytes, bytes]),
  };
  const { journal, exchange, upstream } = scene({ method: 'POST', end: false, filters: [filter] });
  exchange.onData(Buffer.from('ab'), false);
  exchange.onData(Buffer.from('cd'), true);
  upstream().answer(200, false);
  upstream().handler.onData(Buffer.from('x'), true);
  assert.deepEqual(seen, ['ab', 'cd end']);
  assert.deepEqual(took(journal), ['a head POST /', 'a data "AB"', 'a data "" end', 'client head 200', 'client data "xx" end']);
});

test('a filter may ask for another route, but not for ever', () => {
  let asked = 0;
  const rerouting: Filter = {
    name: 'reroute',
    onRoute(exchange) {
      asked++;
      exchange.reroute();
      return undefined;
    },
  };
  const { journal } = scene({ filters: [rerouting] });
  assert.equal(asked, 11);
  assert.deepEqual(took(journal), ['client reply failed: filters asked for another route too many times']);
});

test('a filter that holds may ask for another route before it resumes, with another filter behind it and without', () => {
  for (const others of [[], [{ name: 'other', onRoute: () => undefined }]] satisfies readonly Filter[][]) {
    let looks = 0;
    const slow: Filter = { name: 'slow', onRoute: () => (looks++ === 0 ? HOLD : undefined) };
    const { journal, exchange } = scene({ filters: [slow, ...others] });
    assert.deepEqual(took(journal), []);
    exchange.reroute();
    exchange.resume();
    assert.equal(looks, 2);
    assert.deepEqual(took(journal), ['a head GET / end']);
  }
});

test('a response made here passes the response filters', () => {
  const filter: Filter = {
    name: 'stamp',
    onRequest(exchange) {
      exchange.respond(new LocalResponse(418), Buffer.from('tea'));
      return undefined;
    },
    onResponse(exchange) {
      assert.equal(exchange.response?.status, 418);
      return undefined;
    },
    onResponseData: (_exchange, bytes) => Buffer.concat([bytes, Buffer.from('!')]),
  };
  const { journal } = scene({ filters: [filter] });
  assert.deepEqual(took(journal), ['client head 418', 'client data "tea!" end']);
});

test('slots keep what one filter knows of one exchange', () => {
  const count = slot<number>();
  const { exchange } = scene();
  assert.equal(exchange.get(count), undefined);
  exchange.set(count, 3);
  assert.equal(exchange.get(count), 3);
});

test('onComplete comes once, whatever the end', () => {
  let completed = 0;
  const filters: readonly Filter[] = [{ name: 'count', onComplete: () => void completed++ }];
  const { exchange, upstream } = scene({ filters });
  upstream().answer(200, true);
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  exchange.reply('denied', 'too late');
  assert.equal(completed, 1);
});

test('filters are told of the end of a body before its trailers, and may still have bytes of it', () => {
  const seen: string[] = [];
  const tail: Filter = {
    name: 'tail',
    onRequestData(_exchange, bytes, end) {
      seen.push(`request ${bytes}${end ? ' end' : ''}`);
      return end ? Buffer.from('!') : undefined;
    },
    onResponseData(_exchange, bytes, end) {
      seen.push(`response ${bytes}${end ? ' end' : ''}`);
      return end ? Buffer.from('?') : undefined;
    },
  };
  const { journal, exchange, upstream } = scene({ method: 'POST', end: false, filters: [tail] });
  exchange.onData(Buffer.from('ab'), false);
  exchange.onTrailers(new FieldList([['sum', '1']]));
  upstream().answer(200, false);
  upstream().handler.onData(Buffer.from('x'), false);
  upstream().handler.onTrailers(new FieldList([['sum', '2']]));
  assert.deepEqual(seen, ['request ab', 'request  end', 'response x', 'response  end']);
  assert.deepEqual(
    took(journal).filter((line) => !line.includes('""')),
    ['a head POST /', 'a data "!"', 'a trailers [["sum","1"]]', 'client head 200', 'client data "?"', 'client trailers [["sum","2"]]'],
  );
});

test('the cluster of a route is chosen once, however often filters ask', () => {
  let chosen = 0;
  const asking: Filter = {
    name: 'ask',
    onRoute(exchange) {
      assert.equal(exchange.route?.clusterName, 'cluster');
      assert.equal(exchange.route?.clusterName, 'cluster');
      return undefined;
    },
  };
  const clusterName = () => {
    chosen++;
    return 'cluster';
  };
  const { journal } = scene({ filters: [asking], route: { clusterName } });
  assert.deepEqual(took(journal), ['a head GET / end']);
  assert.equal(chosen, 1);
});
