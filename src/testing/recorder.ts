import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from '../protocol/fields.ts';
import type { ResponseHead } from '../protocol/head.ts';
import type { ResponseHandler } from '../protocol/stream.ts';
import { faultWords, type Journal, responseWords } from './journal.ts';

export type HandlerCall = 'head' | 'informational' | 'data' | 'trailers' | 'reset' | 'drain';

/**
 * A stream's handler that writes down what it hears, and what it should not have heard.
 * `react` runs inside each callback, to do there what a real owner might.
 */
export class Recorder implements ResponseHandler {
  head: ResponseHead | undefined;
  /** The head was all of the response. */
  endedByHead = false;
  /** The peer's direction has had its ending. */
  ended = false;
  /** The owner has sent its own ending. The stream is over when that has left, too: until then the connection's death may reset it. */
  sent = false;
  /** The owner has reset the stream: it must hear nothing more. */
  silent = false;
  /** The owner has paused the stream. */
  paused = false;
  /** Calls that broke the order of calls: head, data*, one ending. */
  readonly violations: string[] = [];
  trailers: Fields | undefined;
  fault: Fault | undefined;
  drains = 0;
  /** Bytes of data, whether the journal keeps them or not. */
  received = 0;
  react: (call: HandlerCall, end: boolean) => void = () => {};
  private readonly chunks: Bytes[] = [];

  private readonly journal: Journal;
  private readonly stream: number;

  private awaitsHead: boolean;

  /** A server's stream has had its head before there is a handler; a client's has not. */
  constructor(journal: Journal, stream: number, awaitsHead: boolean) {
    this.journal = journal;
    this.stream = stream;
    this.awaitsHead = awaitsHead;
  }

  /** The peer's direction is over, one way or the other. */
  get over(): boolean {
    return this.ended || this.fault !== undefined;
  }

  private check(call: HandlerCall): void {
    const early = call === 'data' || call === 'trailers' ? this.awaitsHead : false;
    const late = this.ended && call !== 'drain' && call !== 'reset';
    const whilePaused = call === 'data' && this.paused;
    const wrong = [early && 'before the head', late && 'after the ending', whilePaused && 'while paused', this.silent && 'after the reset'];
    if (this.fault !== undefined) wrong.push('after onReset');
    for (const why of wrong) if (why !== false) this.violations.push(`stream ${this.stream}: ${call} ${why}`);
  }

  get body(): Bytes {
    return Buffer.concat(this.chunks);
  }

  onInformational(head: ResponseHead): void {
    this.check('informational');
    this.journal.addHead(this.stream, `informational ${head.code}`, head.fields);
    this.react('informational', false);
  }

  onHead(head: ResponseHead, end: boolean): void {
    this.check('head');
    if (!this.awaitsHead) this.violations.push(`stream ${this.stream}: a second head`);
    this.awaitsHead = false;
    this.head = head;
    this.endedByHead = end;
    if (end) this.ended = true;
    this.journal.addHead(this.stream, responseWords(head, end), head.fields);
    this.react('head', end);
  }

  onData(bytes: Bytes, end: boolean): void {
    this.check('data');
    this.journal.addBytes(this.stream, 'data', bytes);
    this.received += bytes.length;
    if (this.journal.keeping) this.chunks.push(Buffer.from(bytes));
    if (end) {
      this.ended = true;
      this.journal.add(this.stream, 'end');
    }
    this.react('data', end);
  }

  onTrailers(fields: Fields): void {
    this.check('trailers');
    this.ended = true;
    this.trailers = fields;
    this.journal.addHead(this.stream, 'trailers', fields);
    this.react('trailers', true);
  }

  onReset(fault: Fault): void {
    this.check('reset');
    this.fault = fault;
    this.journal.add(this.stream, faultWords('reset', fault));
    this.react('reset', true);
  }

  onDrain(): void {
    this.check('drain');
    this.drains++;
    this.journal.add(this.stream, 'drain');
    this.react('drain', false);
  }
}
