import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Bytes } from '../../src/base/bytes.ts';
import { fault } from '../../src/base/fault.ts';
import type { Protocol } from '../../src/protocol/protocol.ts';
import { Asker, answerInTurn, record, violationsOf } from '../../src/testing/conversation.ts';
import { type Ask, sampleAnswers, subjectOf } from '../../src/testing/samples.ts';
import { ScriptClient, ScriptServer } from '../../src/testing/script-transport.ts';
import { randomSplit, seededRandom } from '../../src/testing/split.ts';
import { loadVectors, type Vector } from '../../src/testing/vector.ts';
import { protocolFolders } from '../conformance/protocols.ts';
import { fuzz } from './budget.ts';
import { mutated } from './mutation.ts';

const died = fault('truncated', 'local', 'maybe', 'by the fuzzer');

/** All that a peer is made to send in vectors and in recorded conversations. */
function corpus(protocol: Protocol, vectors: readonly Vector[], asks: readonly Ask[]): Record<'server' | 'client', readonly Bytes[]> {
  const read = (role: 'server' | 'client'): Bytes[] =>
    vectors
      .filter((vector) => vector.role === role)
      .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'read' ? [step.bytes] : [])));
  const { toServer, toClient } = record(protocol, asks, sampleAnswers, 10);
  const long = 20_000;
  return {
    server: [...read('server'), Buffer.concat(toServer)].filter(({ length }) => length < long),
    client: [...read('client'), Buffer.concat(toClient)].filter(({ length }) => length < long),
  };
}

function attack(host: ScriptServer | ScriptClient, bytes: Bytes, seed: number): void {
  for (const chunk of randomSplit(seed)(bytes)) host.receive(chunk);
  host.receiveEnd();
  host.die(died);
  assert.deepEqual(violationsOf(host), []);
  assert.equal(host.codec.activeStreams, 0);
  for (const { handler } of 'served' in host ? host.served : host.opened)
    assert.ok(handler.over || handler.sent, 'a stream without an ending');
}

for (const { protocol, vectors: folder } of await protocolFolders()) {
  describe(`hostile peers of ${protocol.name}`, () => {
    const vectors = loadVectors(folder);
    const { asks } = subjectOf(protocol, vectors);
    const seeds = corpus(protocol, vectors, asks);

    test('a server keeps its laws whatever a client sends', () => {
      fuzz((seed) => {
        const random = seededRandom(seed);
        const server = new ScriptServer(protocol);
        answerInTurn(server, sampleAnswers);
        attack(server, mutated(seeds.server[seed % seeds.server.length]!, random), seed);
      });
    });

    test('a client keeps its laws whatever a server sends', () => {
      fuzz((seed) => {
        const random = seededRandom(seed);
        const client = new ScriptClient(protocol);
        new Asker(client, asks, 1 + (seed % 5)).askWhatFits();
        attack(client, mutated(seeds.client[seed % seeds.client.length]!, random), seed);
      });
    });
  });
}
