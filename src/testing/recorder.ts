import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Fields } from '../protocol/fields.ts';
import type { ResponseHead } from '../protocol/head.ts';
import type { ResponseHandler } from '../protocol/stream.ts';
import { faultWords, type Journal, responseWords } from './journal.ts';

export type HandlerCall = 'head' | 'informational' | 'data' | 'trailers' | 'reset' | 'drain';

/** A stream's handler that writes down what it hears. `react` runs inside each callback, to do there what a real owner might. */
export class Recorder implements ResponseHandler {
  head: ResponseHead | undefined;
  /** The peer's direction has had its ending. */
  ended = false;
  fault: Fault | undefined;
  drains = 0;
  react: (call: HandlerCall, end: boolean) => void = () => {};
  private readonly chunks: Bytes[] = [];
  private readonly journal: Journal;
  private readonly stream: number;

  constructor(journal: Journal, stream: number) {
    this.journal = journal;
    this.stream = stream;
  }

  get body(): Bytes {
    return Buffer.concat(this.chunks);
  }

  onInformational(head: ResponseHead): void {
    this.journal.addHead(this.stream, `informational ${head.code}`, head.fields);
    this.react('informational', false);
  }

  onHead(head: ResponseHead, end: boolean): void {
    this.head = head;
    if (end) this.ended = true;
    this.journal.addHead(this.stream, responseWords(head, end), head.fields);
    this.react('head', end);
  }

  onData(bytes: Bytes, end: boolean): void {
    this.journal.addBytes(this.stream, 'data', bytes);
    this.chunks.push(Buffer.from(bytes));
    if (end) {
      this.ended = true;
      this.journal.add(this.stream, 'end');
    }
    this.react('data', end);
  }

  onTrailers(fields: Fields): void {
    this.ended = true;
    this.journal.addHead(this.stream, 'trailers', fields);
    this.react('trailers', true);
  }

  onReset(fault: Fault): void {
    this.fault = fault;
    this.journal.add(this.stream, faultWords('reset', fault));
    this.react('reset', true);
  }

  onDrain(): void {
    this.drains++;
    this.journal.add(this.stream, 'drain');
    this.react('drain', false);
  }
}
