import assert from 'node:assert/strict';
import type { Bytes } from '../base/bytes.ts';
import { callsOf, violationsOf } from './conversation.ts';
import { type Pair, pair } from './pair.ts';
import { type Answer, type Ask, passBack, passOn, type Subject, sampleAnswers } from './samples.ts';
import type { Opened, ScriptTransport, Served } from './script-transport.ts';

/** One connection of a chain of proxies, and what went over it. */
interface Hop {
  readonly pair: Pair;
  readonly toServer: Bytes[];
  readonly toClient: Bytes[];
  readonly opened: Opened;
  readonly served: Served;
}

/** client -> proxy -> proxy -> server: what the second proxy says must be what the first one said, in both directions. */
export function relayingChangesNothing(subject: Subject): void {
  for (const ask of subject.relayed) {
    for (const answer of sampleAnswers) relay(subject, ask, answer);
  }
}

function relay(subject: Subject, ask: Ask, answer: Answer): void {
  const first = hop(subject, ask);
  const second = hop(subject, (stream) => passOn(first.served, stream));
  const third = hop(subject, (stream) => passOn(second.served, stream));
  answer(third.served);
  third.pair.run();
  passBack(third.opened.handler, second.served.stream);
  second.pair.run();
  passBack(second.opened.handler, first.served.stream);
  first.pair.run();

  assert.deepEqual(Buffer.concat(third.toServer), Buffer.concat(second.toServer), 'bytes of the request');
  assert.deepEqual(Buffer.concat(first.toClient), Buffer.concat(second.toClient), 'bytes of the response');
  assert.equal(callsOf(third.pair.server, 'streams'), callsOf(second.pair.server, 'streams'), 'calls of the request');
  assert.equal(callsOf(first.pair.client, 'streams'), callsOf(second.pair.client, 'streams'), 'calls of the response');
  assert.deepEqual(third.served.handler.body, first.served.handler.body, 'body of the request');
  assert.deepEqual(first.opened.handler.body, third.opened.handler.body, 'body of the response');
  for (const { pair } of [first, second, third]) assert.deepEqual(violationsOf(pair.client, pair.server), []);
}

function hop(subject: Subject, ask: Ask): Hop {
  const joined = pair(subject.protocol);
  const toServer = tapped(joined.client);
  const toClient = tapped(joined.server);
  const opened = joined.client.open();
  ask(opened.stream);
  opened.handler.sent = true;
  joined.run();
  const served = joined.server.served[0];
  assert.ok(served?.handler.ended, 'the request did not arrive whole');
  return { pair: joined, toServer, toClient, opened, served };
}

function tapped(host: ScriptTransport): Bytes[] {
  const bytes: Bytes[] = [];
  const write = host.write.bind(host);
  host.write = (written) => {
    bytes.push(Buffer.from(written));
    write(written);
  };
  return bytes;
}

export function goAwayFinishes(subject: Subject): void {
  idleClosesAtOnce(subject);
  clientFinishes(subject);
  serverFinishes(subject);
}

function idleClosesAtOnce({ protocol }: Subject): void {
  for (const side of ['client', 'server'] as const) {
    const { [side]: host } = pair(protocol);
    host.codec.goAway();
    assert.equal(host.state, 'closed', `an idle ${side}`);
  }
}

function clientFinishes({ protocol, asks }: Subject): void {
  const { client, server, run } = pair(protocol);
  const opened = client.open();
  asks[0]!(opened.stream);
  run();
  client.codec.goAway();
  client.codec.goAway();
  assert.equal(client.codec.room, 0);
  assert.ok(client.alive, 'the open stream was cut off');
  run();
  sampleAnswers[1]!(server.served[0]!);
  run();
  assert.ok(opened.handler.ended, 'the open stream did not finish');
  assert.equal(client.alive, false, 'the connection was not closed after its last stream');
  assert.deepEqual(violationsOf(client, server), []);
}

function serverFinishes({ protocol, asks }: Subject): void {
  const { client, server, run } = pair(protocol);
  const opened = client.open();
  asks[0]!(opened.stream);
  run();
  server.codec.goAway();
  server.codec.goAway();
  // The client has not heard of it yet.
  const crossing = client.codec.room > 0 ? client.open() : undefined;
  if (crossing !== undefined) asks[0]!(crossing.stream);
  run();
  assert.equal(server.served.length, 1, 'a new request was taken after goAway()');
  assert.equal(client.codec.room, 0, 'the client did not hear of it');
  if (crossing !== undefined) {
    const { fault, head } = crossing.handler;
    assert.ok(fault?.processed === 'no' || (head !== undefined && head.outcome !== 'ok'), 'a new request was not refused');
  }
  sampleAnswers[1]!(server.served[0]!);
  run();
  assert.ok(opened.handler.ended, 'the open stream did not finish');
  assert.equal(server.alive, false, 'the connection was not closed after its last stream');
  assert.deepEqual(violationsOf(client, server), []);
}
