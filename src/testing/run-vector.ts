import assert from 'node:assert/strict';
import { type Bytes, EMPTY } from '../base/bytes.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { perform } from './action.ts';
import { type Call, callText, Journal } from './journal.ts';
import { passOn } from './samples.ts';
import { ScriptClient, ScriptServer } from './script-transport.ts';
import { byteByByte, randomSplit, type Split, whole } from './split.ts';
import { unescapeText } from './text.ts';
import type { Vector } from './vector.ts';

/** How many random ways of cutting the input each case is run with, besides whole and byte by byte. */
export const RANDOM_SPLITS = 8;

/** Runs one case however its input may be cut. Throws an AssertionError that shows expected and actual calls. */
export function runVector(protocol: Protocol, vector: Vector): void {
  runVectorSplit(protocol, vector, whole, 'whole');
  runVectorSplit(protocol, vector, byteByByte, 'byte by byte');
  for (let seed = 1; seed <= RANDOM_SPLITS; seed++) runVectorSplit(protocol, vector, randomSplit(seed), `cut with seed ${seed}`);
}

function runVectorSplit(protocol: Protocol, vector: Vector, split: Split, how: string): void {
  const configured = Object.keys(vector.settings).length === 0 ? protocol : protocol.configure?.(vector.settings);
  if (configured === undefined) throw new Error(`${vector.name}: the protocol ${protocol.name} takes no settings`);
  const journal = new Journal();
  const host = vector.role === 'server' ? new ScriptServer(configured, journal) : new ScriptClient(configured, journal);
  host.start();
  for (const step of vector.steps) {
    switch (step.kind) {
      case 'read':
        for (const chunk of split(step.bytes)) host.receive(chunk);
        break;
      case 'forward':
        if (!(host instanceof ScriptClient)) throw new Error(`${vector.name}: only a client forwards`);
        forward(configured, host, step.bytes);
        break;
      case 'do':
        perform(host, vector.role, step.lines);
        host.pump();
        break;
      case 'calls':
        compare(journal.take(), step.lines, vector, how);
        break;
    }
  }
}

/** Lets a server codec of the same protocol read a request, and sends on what it made of it: head, data, ending. */
function forward(protocol: Protocol, client: ScriptClient, bytes: Bytes): void {
  const server = new ScriptServer(protocol);
  for (const chunk of whole(bytes)) server.receive(chunk);
  const served = server.served[0];
  if (served?.handler.ended !== true) throw new Error('what is forwarded must be one whole request');
  passOn(served, client.open().stream);
}

function compare(calls: readonly Call[], expected: readonly string[], vector: Vector, how: string): void {
  const kept = mergeWrites(calls.filter(({ words }) => !vector.ignore.includes(words.split(' ', 1)[0]!)));
  const withStream = expected.some((line) => /^\d/.test(line));
  const shown = kept.map((call, at) => {
    const wanted = expected[at];
    return wanted !== undefined && matches(call, wanted) ? wanted : callText(call, withStream);
  });
  assert.equal(shown.join('\n'), expected.join('\n'), `${vector.name} (${how})`);
}

/** What is ignored may have stood between two runs of bytes. */
function mergeWrites(calls: readonly Call[]): readonly Call[] {
  const merged: Call[] = [];
  for (const call of calls) {
    const last = merged.at(-1);
    if (call.bytes !== undefined && last?.bytes !== undefined && last.stream === call.stream && last.words === call.words) {
      merged[merged.length - 1] = { ...call, bytes: [...last.bytes, ...call.bytes] };
    } else merged.push(call);
  }
  return merged;
}

/** A line may leave away the stream's number, words at the end, a byte count, or the text; `...` after a text means that more may follow. */
function matches(call: Call, line: string): boolean {
  const numbered = /^(\d+) (.*)$/.exec(line);
  if (numbered !== null && Number(numbered[1]) !== call.stream) return false;
  const wanted = numbered === null ? line : numbered[2]!;
  if (call.bytes === undefined) {
    return call.words === wanted || (/^(reset|fail) /.test(call.words) && call.words.startsWith(`${wanted} `));
  }
  const parts = /^(\w+)(?: (\d+))?(?: "((?:[^"\\]|\\.)*)"( \.\.\.)?)?$/.exec(wanted);
  if (parts === null || parts[1] !== call.words) return false;
  const bytes = call.bytes.length === 0 ? EMPTY : Buffer.concat(call.bytes);
  if (parts[2] !== undefined && Number(parts[2]) !== bytes.length) return false;
  if (parts[3] === undefined) return true;
  const text = unescapeText(parts[3]);
  return parts[4] === undefined ? bytes.equals(text) : bytes.subarray(0, text.length).equals(text);
}
