import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENT, CLIENT_HALF, ExchangeState, SERVER, SERVER_HALF } from '../../../protocols/http1/state.ts';

/** Some way from the beginning to each state. */
const TO_CLIENT = {
  idle: [],
  body: [CLIENT.head],
  upgrading: [CLIENT.upgrade],
  tunnel: [CLIENT.upgrade, CLIENT.accepted],
  done: [CLIENT.head, CLIENT.end],
  closed: [CLIENT.close],
} as const;

const TO_SERVER = {
  idle: [],
  waiting: [SERVER.request],
  body: [SERVER.request, SERVER.head],
  tunnel: [SERVER.request, SERVER.accepted],
  done: [SERVER.request, SERVER.head, SERVER.end],
  closed: [SERVER.close],
} as const;

test('a step that is not in the table of the client half is an error of ours', () => {
  for (const from of Object.keys(CLIENT_HALF) as (keyof typeof CLIENT_HALF)[]) {
    for (const event of Object.values(CLIENT)) {
      const state = new ExchangeState();
      for (const before of TO_CLIENT[from]) state.onClient(before);
      assert.equal(state.client, from);
      const next = CLIENT_HALF[from][event.name];
      if (next === undefined) assert.throws(() => state.onClient(event), /no .* of the client/);
      else {
        state.onClient(event);
        assert.equal(state.client, next);
      }
    }
  }
});

test('nor one that is not in the table of the server half', () => {
  for (const from of Object.keys(SERVER_HALF) as (keyof typeof SERVER_HALF)[]) {
    for (const event of Object.values(SERVER)) {
      const state = new ExchangeState();
      for (const before of TO_SERVER[from]) state.onServer(before);
      assert.equal(state.server, from);
      const next = SERVER_HALF[from][event.name];
      if (next === undefined) assert.throws(() => state.onServer(event), /no .* of the server/);
      else {
        state.onServer(event);
        assert.equal(state.server, next);
      }
    }
  }
});

test('every state can be reached, and all but closed can be left', () => {
  const reached = (table: Readonly<Record<string, Readonly<Record<string, string>>>>): Set<string> => {
    const seen = new Set(['idle']);
    for (const from of seen) for (const to of Object.values(table[from]!)) seen.add(to);
    return seen;
  };
  assert.deepEqual(reached(CLIENT_HALF), new Set(['idle', 'body', 'upgrading', 'closed', 'done', 'tunnel']));
  assert.deepEqual(reached(SERVER_HALF), new Set(['idle', 'waiting', 'closed', 'body', 'tunnel', 'done']));
  for (const [from, events] of [...Object.entries(CLIENT_HALF), ...Object.entries(SERVER_HALF)]) {
    assert.equal('close' in events, from !== 'closed');
  }
});
