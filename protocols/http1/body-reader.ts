import type { Bytes, Fields } from 'meshloom/protocol';
import { ChunkedReader } from './chunked.ts';
import type { Input } from './input.ts';
import type { Limits } from './options.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import type { ScannerShelf } from './scanner-shelf.ts';

/** How the end of a body is found (RFC 9112 section 6.3). A length of 0 is no body. */
export type Framing = 'length' | 'chunked' | 'until close';

/** Cuts one body out of the input. Data is passed on as views, so that a body of any size takes no memory. */
export class BodyReader {
  ended = true;
  refusal: Refusal | undefined = undefined;
  private framing: Framing = 'length';
  private remainingBytes = 0;
  /** What may still come, where bodies are limited. */
  private allowance = 0;
  private chunked: ChunkedReader | undefined = undefined;
  private readonly limits: Limits;
  private readonly shelf: ScannerShelf;

  constructor(limits: Limits, shelf: ScannerShelf) {
    this.limits = limits;
    this.shelf = shelf;
  }

  /** `length` counts for the framing 'length' only; `maxBytes` of 0 means any size. */
  begin(framing: Framing, length: number, maxBytes: number): void {
    this.framing = framing;
    this.remainingBytes = length;
    this.refusal = undefined;
    this.ended = framing === 'length' && length === 0;
    this.allowance = maxBytes === 0 ? Number.POSITIVE_INFINITY : maxBytes;
    if (framing === 'chunked') {
      this.chunked ??= new ChunkedReader(this.limits, this.shelf);
      this.chunked.begin();
    }
  }

  /** Bytes to come, where that is known. */
  get remaining(): number | undefined {
    return this.framing === 'length' ? this.remainingBytes : undefined;
  }

  /** The end is in the bytes, and not in the end of the connection. */
  get framed(): boolean {
    return this.framing !== 'until close';
  }

  get trailers(): Fields | undefined {
    return this.framing === 'chunked' ? this.chunked!.trailers : undefined;
  }

  /** The next data; undefined when there is none yet, after the end, and when something is wrong (`refusal`). */
  next(input: Input): Bytes | undefined {
    switch (this.framing) {
      case 'length':
        return this.nextOfLength(input);
      case 'chunked':
        return this.nextOfChunks(input, this.chunked!);
      case 'until close':
        return input.size === 0 ? undefined : input.take(input.size);
    }
  }

  /** The peer has ended the connection. Whether that ends the body, too. */
  endedByClose(): boolean {
    if (this.framing === 'until close') this.ended = true;
    return this.ended;
  }

  private nextOfLength(input: Input): Bytes | undefined {
    if (input.size === 0 || this.ended) return undefined;
    const data = input.take(Math.min(this.remainingBytes, input.size));
    this.remainingBytes -= data.length;
    this.ended = this.remainingBytes === 0;
    return data;
  }

  private nextOfChunks(input: Input, chunked: ChunkedReader): Bytes | undefined {
    if (this.refusal !== undefined) return undefined;
    const data = chunked.next(input);
    if (data === undefined) {
      this.refusal = chunked.refusal;
      this.ended = chunked.ended;
      return undefined;
    }
    if (data.length > this.allowance) {
      // What is still allowed goes on, so that it does not matter how the data was cut.
      this.refusal = refusal.BODY_TOO_LARGE;
      return this.allowance === 0 ? undefined : data.subarray(0, this.allowance);
    }
    this.allowance -= data.length;
    // Trailers are told of on their own, and what is wrong behind the data is told of after it.
    this.ended = chunked.ended && chunked.trailers === undefined;
    return data;
  }
}
