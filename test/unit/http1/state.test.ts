import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENT_HALF, type ClientEvent, ExchangeState, SERVER_HALF, type ServerEvent } from '../../../protocols/http1/state.ts';

const CLIENT_EVENTS: readonly ClientEvent[] = ['head', 'upgrade', 'accepted', 'refused', 'end', 'next', 'close'];
const SERVER_EVENTS: readonly ServerEvent[] = ['request', 'informational', 'head', 'accepted', 'end', 'next', 'close'];

test('a step that is not in the table of the client half is an error of ours', () => {
  for (const from of Object.keys(CLIENT_HALF) as (keyof typeof CLIENT_HALF)[]) {
    for (const event of CLIENT_EVENTS) {
      const state = new ExchangeState();
      state.client = from;
      const next = CLIENT_HALF[from][event];
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
    for (const event of SERVER_EVENTS) {
      const state = new ExchangeState();
      state.server = from;
      const next = SERVER_HALF[from][event];
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
