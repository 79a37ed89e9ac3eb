import type { Bytes, Fields } from 'meshloom/protocol';
import { Http1Fields } from './fields.ts';
import type { Input } from './input.ts';
import type { Limits } from './options.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import type { HeadScanner } from './scanner.ts';
import type { ScannerShelf } from './scanner-shelf.ts';
import { CR, DEL, HEX_VALUE, HTAB, LF, SP } from './tables.ts';
import { permittedTrailers } from './trailers.ts';

/** Where in the grammar of RFC 9112 section 7.1 the next byte stands. */
type Place = 'size' | 'space' | 'extension' | 'size LF' | 'data' | 'data CR' | 'data LF' | 'trailers' | 'end';

/** 2^53-1 has fourteen hexadecimal digits; a few zeros in front do no harm, a long run of them is an attempt at something. */
export const MAX_SIZE_DIGITS = 16;

const SEMICOLON = 0x3b;

/** Takes the chunks apart. Extensions are read strictly and dropped (section 7.1.1), data is passed on as views. */
export class ChunkedReader {
  refusal: Refusal | undefined = undefined;
  trailers: Fields | undefined = undefined;
  /** Bytes of data that are announced and have not come. */
  remaining = 0;
  private place: Place = 'size';
  private digits = 0;
  private extensionBytes = 0;
  private scanner: HeadScanner | undefined = undefined;
  private readonly limits: Limits;
  private readonly shelf: ScannerShelf;

  constructor(limits: Limits, shelf: ScannerShelf) {
    this.limits = limits;
    this.shelf = shelf;
  }

  begin(): void {
    this.refusal = undefined;
    this.trailers = undefined;
    this.remaining = 0;
    this.place = 'size';
    this.digits = 0;
    this.extensionBytes = 0;
    this.scanner = undefined;
  }

  get ended(): boolean {
    return this.place === 'end';
  }

  /**
   * The next data. undefined when there is none yet, at the end, and when something is wrong (`refusal`). What frames the data is read on
   * to the next data, so that the end, if it is there already, is known with the last data: that saves a write further on.
   */
  next(input: Input): Bytes | undefined {
    if (this.place !== 'data') this.readFraming(input);
    if (this.place !== 'data' || input.size === 0) return undefined;
    const data = input.take(Math.min(this.remaining, input.size));
    this.remaining -= data.length;
    if (this.remaining === 0) {
      this.place = 'data CR';
      this.readFraming(input);
    }
    return data;
  }

  private readFraming(input: Input): void {
    const { bytes, end } = input;
    let { at } = input;
    while (at < end && this.refusal === undefined && this.place !== 'data' && this.place !== 'trailers' && this.place !== 'end') {
      this.refusal = this.readByte(bytes[at++]!);
    }
    input.skip(at - input.at);
    if (this.place === 'trailers' && this.refusal === undefined) this.readTrailers(input);
  }

  private readByte(byte: number): Refusal | undefined {
    switch (this.place) {
      case 'size':
        if (HEX_VALUE[byte]! < 16) return this.addDigit(HEX_VALUE[byte]!);
        if (this.digits === 0) return refusal.BAD_CHUNK_SIZE;
        return this.afterSize(byte);
      case 'space':
        // RFC 9112 section 7.1.1 knows white space before an extension only.
        if (byte === CR) return refusal.BAD_CHUNK_SIZE;
        return this.afterSize(byte);
      case 'extension':
        if (byte !== CR) return this.addExtension(byte);
        this.place = 'size LF';
        return undefined;
      case 'size LF':
        if (byte !== LF) return refusal.BARE_CR;
        this.place = this.remaining === 0 ? 'trailers' : 'data';
        this.digits = 0;
        return undefined;
      case 'data CR':
        if (byte !== CR) return refusal.BAD_CHUNK_END;
        this.place = 'data LF';
        return undefined;
      case 'data LF':
        if (byte !== LF) return refusal.BAD_CHUNK_END;
        this.place = 'size';
        return undefined;
      default:
        return undefined;
    }
  }

  private addDigit(value: number): Refusal | undefined {
    this.digits++;
    this.remaining = this.remaining * 16 + value;
    return this.digits > MAX_SIZE_DIGITS || this.remaining > Number.MAX_SAFE_INTEGER ? refusal.BIG_CHUNK_SIZE : undefined;
  }

  private afterSize(byte: number): Refusal | undefined {
    switch (byte) {
      case CR:
        this.place = 'size LF';
        return undefined;
      case SEMICOLON:
        this.place = 'extension';
        return this.addExtension(byte);
      case SP:
      case HTAB:
        this.place = 'space';
        return this.addExtension(byte);
      case LF:
        return refusal.BARE_LF;
      default:
        return refusal.BAD_CHUNK_SIZE;
    }
  }

  private addExtension(byte: number): Refusal | undefined {
    if (byte === LF) return refusal.BARE_LF;
    if ((byte < SP && byte !== HTAB) || byte === DEL) return refusal.BAD_CHUNK_EXTENSION;
    return ++this.extensionBytes > this.limits.chunkExtensionBytes ? refusal.LONG_CHUNK_EXTENSIONS : undefined;
  }

  private readTrailers(input: Input): void {
    // Usually there are none, and the line that ends them stands there.
    if (this.scanner === undefined && input.size >= 2 && input.bytes[input.at] === CR && input.bytes[input.at + 1] === LF) {
      input.skip(2);
      this.place = 'end';
      return;
    }
    if (this.scanner === undefined) {
      this.scanner = this.shelf.take();
      this.scanner.begin('none', 0, this.limits.trailerBytes, this.limits.headerCount);
    }
    const wrong = this.scanner.scan(input.bytes, input.at, input.end);
    if (wrong !== undefined) {
      this.refusal = wrong === refusal.LONG_HEAD ? refusal.LONG_TRAILERS : wrong;
    } else if (this.scanner.complete) {
      this.trailers = permittedTrailers(new Http1Fields(input.take(this.scanner.length), this.scanner));
      this.shelf.giveBack(this.scanner);
      this.scanner = undefined;
      this.place = 'end';
    }
  }
}
