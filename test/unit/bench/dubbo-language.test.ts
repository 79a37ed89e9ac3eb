import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { HEAD_BYTES, ID_AT, LENGTH_AT, responseFrame } from '../../../bench/load/dubbo-frames.ts';
import makeLanguage from '../../../bench/load/dubbo-language.ts';
import type { Language } from '../../../bench/load/generator.ts';

/** The requests of a language one by one. */
function ask(language: Language, count: number): Buffer[] {
  const requests: Buffer[] = [];
  for (let bytes = language.ask(count); bytes.length > 0; ) {
    const end = HEAD_BYTES + bytes.readUInt32BE(LENGTH_AT);
    requests.push(bytes.subarray(0, end));
    bytes = bytes.subarray(end);
  }
  assert.equal(requests.length, count);
  return requests;
}

/** The right answer to a request. */
function answer(request: Buffer): Buffer {
  const argument = /call \d{12}/.exec(request.toString('latin1'))![0];
  const response = responseFrame(argument);
  request.copy(response, ID_AT, ID_AT, LENGTH_AT);
  return response;
}

function hear(language: Language, bytes: Buffer): { used: number; correct: boolean[] } {
  const correct: boolean[] = [];
  const used = language.hear(bytes, (right) => correct.push(right));
  return { used, correct };
}

test('each request has an id and an argument of its own, and their answers are right in any order', () => {
  const language = makeLanguage([], () => 0);
  const requests = ask(language, 3);
  assert.equal(new Set(requests.map((request) => request.toString('latin1'))).size, 3);
  const answers = Buffer.concat(requests.reverse().map(answer));
  assert.deepEqual(hear(language, answers), { used: answers.length, correct: [true, true, true] });
});

test('half an answer waits for the rest', () => {
  const language = makeLanguage([], () => 0);
  const right = answer(ask(language, 1)[0]!);
  for (let end = 0; end < right.length; end++) assert.deepEqual(hear(language, right.subarray(0, end)), { used: 0, correct: [] });
  assert.deepEqual(hear(language, right), { used: right.length, correct: [true] });
});

test('an answer with any other byte in it is wrong', () => {
  for (let at = 0; ; at++) {
    const language = makeLanguage([], () => 0);
    const wrong = answer(ask(language, 1)[0]!);
    if (at === wrong.length) break;
    // Another length is another frame.
    if (at >= LENGTH_AT && at < HEAD_BYTES) continue;
    wrong[at]! ^= 1;
    assert.deepEqual(hear(language, wrong).correct, [false], `byte ${at}`);
  }
});

test('the answer to another request, or a second one to the same, is wrong', () => {
  const language = makeLanguage([], () => 0);
  const [first, second] = ask(language, 2).map(answer);
  const mixed = Buffer.from(second!);
  first!.copy(mixed, ID_AT, ID_AT, LENGTH_AT);
  assert.deepEqual(hear(language, mixed).correct, [false]);
  assert.deepEqual(hear(language, Buffer.concat([second!, second!])).correct, [true, false]);
});
