import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bytes } from '../base/bytes.ts';
import { fault } from '../base/fault.ts';
import { Asker, answerInTurn, beginning, callsOf, record, replayClient, replayServer, violationsOf } from './conversation.ts';
import { type Subject, sampleAnswers } from './samples.ts';
import { ScriptClient, ScriptServer } from './script-transport.ts';
import { byteByByte, randomSplit, type Split, seededRandom, whole } from './split.ts';

const STREAMS = 10;

const died = fault('truncated', 'local', 'maybe', 'by the contract');

interface Side {
  readonly host: ScriptServer | ScriptClient;
  /** Length of all that the other side had sent. */
  readonly bytes: number;
  /** Feeds the recording, or the first bytes of it, cut as `split` says. */
  play(split: Split, until?: number): void;
}

/** Both sides of one recorded conversation, each alone with what the other had sent. */
function sides(subject: Subject, change: (pieces: readonly Bytes[]) => readonly Bytes[] = (pieces) => pieces): () => readonly Side[] {
  const recording = record(subject.protocol, subject.asks, sampleAnswers, STREAMS);
  const [toServer, toClient] = [change(recording.toServer), change(recording.toClient)];
  return () => {
    const server = new ScriptServer(subject.protocol);
    answerInTurn(server, sampleAnswers);
    const client = new ScriptClient(subject.protocol);
    const asker = new Asker(client, subject.asks, STREAMS);
    return [
      {
        host: server,
        bytes: lengthOf(toServer),
        play: (split, until) => replayServer(server, beginning(toServer, until ?? Number.POSITIVE_INFINITY), split),
      },
      {
        host: client,
        bytes: lengthOf(toClient),
        play: (split, until) => replayClient(asker, client, beginning(toClient, until ?? Number.POSITIVE_INFINITY), split),
      },
    ];
  };
}

const lengthOf = (pieces: readonly Bytes[]): number => pieces.reduce((sum, { length }) => sum + length, 0);

export function splitsDoNotMatter(subject: Subject): void {
  const fresh = sides(subject);
  const calls = (side: number, split: Split): string => {
    const { host, play } = fresh()[side]!;
    play(split);
    return callsOf(host, 'streams and connection');
  };
  for (const side of [0, 1]) {
    const expected = calls(side, whole);
    assert.equal(calls(side, byteByByte), expected, 'byte by byte');
    for (let seed = 1; seed <= 8; seed++) assert.equal(calls(side, randomSplit(seed)), expected, `cut with seed ${seed}`);
  }
}

export function deathEndsEveryStream(subject: Subject): void {
  const fresh = sides(subject);
  for (const side of [0, 1]) {
    const total = fresh()[side]!.bytes;
    const step = Math.max(1, Math.floor(total / 120));
    for (let until = 1; until <= total; until += step) {
      for (const how of ['death', 'FIN'] as const) {
        const { host, play } = fresh()[side]!;
        play(whole, until);
        if (how === 'FIN') host.receiveEnd();
        else host.die(died);
        const where = `${how} after ${until} bytes of ${total}`;
        assert.deepEqual(violationsOf(host), [], where);
        for (const { handler } of 'served' in host ? host.served : host.opened) {
          // A half-closed peer may still want its answer; the data it was sending is over all the same.
          assert.ok(handler.over, `a stream did not hear of ${where}`);
        }
        if (how === 'death') assert.equal(host.codec.activeStreams, 0, where);
        host.die(died);
        assert.equal(host.codec.activeStreams, 0, where);
        assert.deepEqual(violationsOf(host), [], where);
      }
    }
  }
}

export function noiseFails(subject: Subject): void {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed);
    const noise = Buffer.from(Array.from({ length: 4096 }, () => Math.floor(random() * 256)));
    for (const host of [new ScriptServer(subject.protocol), new ScriptClient(subject.protocol)]) {
      if (host instanceof ScriptClient) new Asker(host, subject.asks, 1).askWhatFits();
      for (const chunk of randomSplit(seed)(noise)) host.receive(chunk);
      assert.ok(!host.alive || passed(host) === noise.length || host.codec.partial || host.pauses > 0, `seed ${seed} went by unnoticed`);
      host.die(died);
      assert.deepEqual(violationsOf(host), [], `seed ${seed}`);
    }
    const flipped = sides(subject, (pieces) => pieces.map((piece) => flip(piece, random)));
    for (const { host, play } of flipped()) {
      play(randomSplit(seed));
      host.die(died);
      assert.deepEqual(violationsOf(host), [], `recording with flipped bytes, seed ${seed}`);
      assert.equal(host.codec.activeStreams, 0);
    }
  }
}

/** Bytes that went through to handlers: for a protocol that takes any bytes they are no noise. */
function passed(host: ScriptServer | ScriptClient): number {
  return ('served' in host ? host.served : host.opened).reduce((sum, { handler }) => sum + handler.received, 0);
}

function flip(piece: Bytes, random: () => number): Bytes {
  const copy = Buffer.from(piece);
  for (let left = 1 + Math.floor(random() * 3); left > 0; left--) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return copy;
}

/** What one connection may hold of messages that are not complete: the largest stated limit of any protocol here, and room for its parts. */
const HELD_LIMIT = 20 * 1024 * 1024;
const ENDLESS = 3 * HELD_LIMIT;

export function memoryIsBounded(subject: Subject): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const fresh = sides(subject);
  for (const side of [0, 1]) {
    const total = fresh()[side]!.bytes;
    for (const until of new Set([1, Math.ceil(total / 3), Math.ceil(total / 2), total - 1])) {
      for (const filler of [0x61, 0]) {
        const { host, play } = fresh()[side]!;
        play(whole, until);
        host.journal.keeping = false;
        const before = used();
        for (let sent = 0; sent < ENDLESS && host.alive && host.pauses === 0; sent += 64 * 1024)
          host.receive(Buffer.alloc(64 * 1024, filler));
        let held = used() - before;
        // Memory of buffers is given back by a thread of its own: what is garbage may still be counted for a moment.
        for (let again = 0; again < 5 && held >= HELD_LIMIT; again++) held = used() - before;
        assert.ok(held < HELD_LIMIT, `${held} bytes are held of an endless message that began with ${until} bytes of a good one`);
      }
    }
  }
}
