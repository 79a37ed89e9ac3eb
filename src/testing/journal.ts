import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead, ResponseHead } from '../protocol/head.ts';
import { quote } from './text.ts';

/** One call that a codec made: to a stream's handler, or (stream 0) to its transport. */
export interface Call {
  readonly stream: number;
  readonly words: string;
  /** Of `data` and `write`. */
  readonly bytes: readonly Bytes[] | undefined;
}

/** What a codec did, in order. Neighbouring `data` of one stream, and neighbouring `write`, are one call: how bytes are cut means nothing. */
export class Journal {
  private calls: { stream: number; words: string; bytes: Bytes[] | undefined }[] = [];

  /** False keeps nothing: for long runs, where only what the codec holds shall take memory. */
  keeping = true;

  add(stream: number, words: string): void {
    if (!this.keeping) return;
    this.calls.push({ stream, words, bytes: undefined });
  }

  addBytes(stream: number, words: 'data' | 'write', bytes: Bytes): void {
    if (bytes.length === 0 || !this.keeping) return;
    // A copy: the codec's owner may do with its bytes what it likes, and so may the next owner.
    const copy = Buffer.from(bytes);
    const last = this.calls.at(-1);
    if (last !== undefined && last.stream === stream && last.words === words) last.bytes?.push(copy);
    else this.calls.push({ stream, words, bytes: [copy] });
  }

  addHead(stream: number, words: string, fields: Fields): void {
    this.add(stream, words);
    for (const [name, value] of fields) this.add(stream, `field ${name}: ${value}`.trimEnd());
  }

  /** All calls since the last taking. */
  take(): readonly Call[] {
    const taken = this.calls;
    this.calls = [];
    return taken;
  }
}

/** A call as one line of text. The stream's number stands in front where there are several streams. */
export function callText(call: Call, withStream: boolean): string {
  const bytes = call.bytes === undefined ? undefined : Buffer.concat(call.bytes);
  const line = bytes === undefined ? call.words : `${call.words} ${bytes.length} ${quote(bytes)}`;
  return withStream && call.stream > 0 ? `${call.stream} ${line}` : line;
}

export function requestWords(head: RequestHead, end: boolean): string {
  const words = ['request', head.method || '-', head.path || '-'];
  if (head.authority !== '') words.push(`authority=${head.authority}`);
  if (head.scheme !== '' && head.scheme !== 'http') words.push(`scheme=${head.scheme}`);
  if (head.upgrade !== '') words.push(`upgrade=${head.upgrade}`);
  if (head.oneWay) words.push('one-way');
  if (head.timeoutMs !== undefined) words.push(`timeout=${head.timeoutMs}`);
  if (end) words.push('end');
  return words.join(' ');
}

export function responseWords(head: ResponseHead, end: boolean): string {
  return `response ${head.code}${head.code === head.status ? '' : ` ${head.outcome}`}${end ? ' end' : ''}`;
}

export function faultWords(verb: string, { code, origin, processed }: Fault): string {
  return `${verb} ${code} ${origin} ${processed}`;
}
