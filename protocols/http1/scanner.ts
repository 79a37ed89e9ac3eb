import { fieldKind } from './field-kind.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import * as tables from './tables.ts';

/** Names of this module, for imported ones are looked up anew at each use: a sixth of the whole scan. */
const { COLON, CR, HTAB, LF, NINE, SP, TARGET, TEXT, TOKEN, ZERO } = tables;

/** For each field the scanner leaves four marks: where its name begins, what `NAME` says, where its value begins and ends. */
export const MARKS_PER_FIELD = 4;
export const NAME_START = 0;
export const NAME = 1;
export const VALUE_START = 2;
export const VALUE_END = 3;

/** In the mark `NAME`: the length of the name in the low bits, the kind of the field above, and whether it is hidden. */
export const KIND_SHIFT = 24;
export const LENGTH_BITS = (1 << KIND_SHIFT) - 1;
export const KIND_BITS = 0x0f << KIND_SHIFT;
/** With this bit no name's length matches, so that a hidden field is not found and costs no extra check. */
export const HIDDEN = 1 << 28;

/** A head of ten fields takes 40 marks; many heads share one array, as an array of their own would cost more than the scan. */
const SLAB_MARKS = 1024;
/** What must be left of a slab for a head to begin in it. */
const SPARE_MARKS = 64;

/** The longest registered method has 17 characters; RFC 9112 section 3 asks for 501 when one is longer than any known. */
export const MAX_METHOD_BYTES = 32;

/** What comes before the fields. */
export type StartLine = 'request' | 'status' | 'none';

const VERSION = Buffer.from(' HTTP/1.');
const STATUS_VERSION = Buffer.from('HTTP/1.');
/** ` HTTP/1.1` and the CRLF behind it. */
const VERSION_BYTES = 9;

/** Phases of the scan, in their order. */
const METHOD = 0;
const TARGET_TEXT = 1;
const STATUS_CODE = 2;
const REASON = 3;
const LINE_START = 4;
const FIELD_NAME = 5;
const WHITE_SPACE = 6;
const FIELD_VALUE = 7;
const COMPLETE = 8;

/**
 * Strict scanner of one head (RFC 9112 sections 2 to 5) or trailer section. It looks at each byte once, also when the head arrives in
 * pieces, and never at bytes beyond its limits, so that its verdict does not depend on how the input was cut.
 * All offsets count from the first byte of the head.
 */
export class HeadScanner {
  /** Four marks for each field, from the index `first` on. They stay what they are when the next head is scanned. */
  marks: Int32Array = new Int32Array(SLAB_MARKS);
  first = 0;
  count = 0;
  /** Bytes of the whole head, once it is complete. */
  length = 0;
  /** HTTP/1.x. A higher minor version is understood as 1.1 (RFC 9110 section 2.5). */
  minor = 1;
  methodEnd = 0;
  targetEnd = 0;
  status = 0;
  reasonEnd = 0;
  /** Where the first field begins. */
  startLineEnd = 0;
  private phase = METHOD;
  private at = 0;
  private maxLineBytes = 0;
  private maxBytes = 0;
  private maxCount = 0;

  begin(startLine: StartLine, maxLineBytes: number, maxBytes: number, maxCount: number): void {
    this.first += this.count * MARKS_PER_FIELD;
    if (this.first + SPARE_MARKS > this.marks.length) {
      this.marks = new Int32Array(SLAB_MARKS);
      this.first = 0;
    }
    this.count = 0;
    this.at = 0;
    this.phase = startLine === 'request' ? METHOD : startLine === 'status' ? STATUS_CODE : LINE_START;
    this.startLineEnd = 0;
    this.maxLineBytes = maxLineBytes;
    this.maxBytes = maxBytes;
    this.maxCount = maxCount;
  }

  get complete(): boolean {
    return this.phase === COMPLETE;
  }

  /** Goes on with the head that begins at `start`; what was scanned before is there again, perhaps in other memory. */
  scan(bytes: Uint8Array, start: number, end: number): Refusal | undefined {
    const stop = Math.min(end, start + this.maxBytes);
    let wrong: Refusal | undefined;
    if (this.phase <= TARGET_TEXT) wrong = this.scanRequestLine(bytes, start, stop);
    else if (this.phase <= REASON) wrong = this.scanStatusLine(bytes, start, stop);
    if (wrong === undefined && this.phase >= LINE_START) wrong = this.scanFields(bytes, start, stop);
    if (wrong === undefined && this.phase !== COMPLETE && stop === start + this.maxBytes) return refusal.LONG_HEAD;
    return wrong;
  }

  /** method SP request-target SP HTTP-version CRLF (RFC 9112 section 3). One space, and no other white space. */
  private scanRequestLine(bytes: Uint8Array, start: number, end: number): Refusal | undefined {
    let at = start + this.at;
    if (this.phase === METHOD) {
      const stop = Math.min(end, start + MAX_METHOD_BYTES + 1);
      at = endOfRun(TOKEN, bytes, at, stop);
      this.at = at - start;
      if (at === stop) return this.at > MAX_METHOD_BYTES ? refusal.LONG_METHOD : undefined;
      if (bytes[at] !== SP || at === start) return bytes[at] === LF ? refusal.BARE_LF : refusal.BAD_METHOD;
      this.methodEnd = at - start;
      this.phase = TARGET_TEXT;
      at++;
    }
    // The target ends early enough for the version to stand within the line's limit.
    const limit = start + this.maxLineBytes - VERSION_BYTES + 1;
    const stop = Math.min(end, limit);
    at = endOfRun(TARGET, bytes, at, stop);
    this.at = at - start;
    if (at >= stop) return at >= limit ? refusal.LONG_REQUEST_LINE : undefined;
    if (bytes[at] !== SP || this.at === this.methodEnd + 1) return refusal.BAD_TARGET;
    // The ten bytes of version and line end are few enough to be looked at when all are there.
    if (end - at < VERSION_BYTES + 2) return undefined;
    for (let index = 0; index < VERSION.length; index++) {
      if (bytes[at + index] !== VERSION[index]) return isVersion(bytes, at + 1) ? refusal.OTHER_VERSION : refusal.BAD_VERSION;
    }
    const minor = bytes[at + VERSION.length]! - ZERO;
    if (minor < 0 || minor > 9) return refusal.BAD_VERSION;
    if (bytes[at + 9] !== CR) return bytes[at + 9] === LF ? refusal.BARE_LF : refusal.BAD_VERSION;
    if (bytes[at + 10] !== LF) return refusal.BARE_CR;
    this.minor = minor;
    this.targetEnd = at - start;
    this.startLineEnd = this.at = this.targetEnd + VERSION_BYTES + 2;
    this.phase = LINE_START;
    return undefined;
  }

  /** HTTP-version SP status-code SP [ reason-phrase ] CRLF (RFC 9112 section 4); the second space may be missing, as some servers send it. */
  private scanStatusLine(bytes: Uint8Array, start: number, end: number): Refusal | undefined {
    if (this.phase === STATUS_CODE) {
      // "HTTP/1.1 200" and the byte behind it.
      if (end - start < 13) return undefined;
      for (let index = 0; index < STATUS_VERSION.length; index++) {
        if (bytes[start + index] !== STATUS_VERSION[index])
          return isVersion(bytes, start) ? refusal.OTHER_VERSION : refusal.BAD_STATUS_LINE;
      }
      this.minor = bytes[start + 7]! - ZERO;
      if (this.minor < 0 || this.minor > 9 || bytes[start + 8] !== SP) return refusal.BAD_STATUS_LINE;
      this.status = 0;
      for (let at = start + 9; at < start + 12; at++) {
        if (bytes[at]! < ZERO || bytes[at]! > NINE) return refusal.BAD_STATUS_LINE;
        this.status = this.status * 10 + bytes[at]! - ZERO;
      }
      if (this.status < 100 || (bytes[start + 12] !== SP && bytes[start + 12] !== CR)) return refusal.BAD_STATUS_LINE;
      this.at = 12;
      this.phase = REASON;
    }
    let at = start + this.at;
    at = endOfRun(TEXT, bytes, at, end);
    this.at = at - start;
    if (at + 1 >= end) return undefined;
    if (bytes[at] !== CR) return bytes[at] === LF ? refusal.BARE_LF : refusal.BAD_STATUS_LINE;
    if (bytes[at + 1] !== LF) return refusal.BARE_CR;
    this.reasonEnd = this.at;
    this.startLineEnd = this.at += 2;
    this.phase = LINE_START;
    return undefined;
  }

  /** *( field-name ":" OWS field-value OWS CRLF ) CRLF (RFC 9112 section 5). */
  private scanFields(bytes: Uint8Array, start: number, end: number): Refusal | undefined {
    let marks = this.marks;
    let mark = this.first + this.count * MARKS_PER_FIELD;
    let phase = this.phase;
    let at = start + this.at;
    let wrong: Refusal | undefined;
    for (;;) {
      if (phase === LINE_START) {
        if (at >= end) break;
        const byte = bytes[at]!;
        if (TOKEN[byte] !== 1) {
          if (byte !== CR) wrong = byte === SP || byte === HTAB ? refusal.OBS_FOLD : byte === LF ? refusal.BARE_LF : refusal.BAD_NAME;
          else if (at + 1 >= end) break;
          else if (bytes[at + 1] !== LF) wrong = refusal.BARE_CR;
          else phase = COMPLETE;
          if (phase === COMPLETE) this.length = at + 2 - start;
          break;
        }
        if (this.count === this.maxCount) {
          wrong = refusal.MANY_FIELDS;
          break;
        }
        if (mark + MARKS_PER_FIELD > marks.length) {
          marks = this.moreMarks();
          mark = this.first + this.count * MARKS_PER_FIELD;
        }
        marks[mark + NAME_START] = at - start;
        phase = FIELD_NAME;
      }
      if (phase === FIELD_NAME) {
        at = endOfRun(TOKEN, bytes, at, end);
        if (at >= end) break;
        if (bytes[at] !== COLON) {
          wrong = bytes[at] === SP || bytes[at] === HTAB ? refusal.SPACE_BEFORE_COLON : refusal.BAD_NAME;
          break;
        }
        const nameStart = start + marks[mark + NAME_START]!;
        const length = at - nameStart;
        marks[mark + NAME] = length | (fieldKind(bytes, nameStart, length) << KIND_SHIFT);
        at++;
        phase = WHITE_SPACE;
      }
      if (phase === WHITE_SPACE) {
        while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
        if (at >= end) break;
        marks[mark + VALUE_START] = at - start;
        phase = FIELD_VALUE;
      }
      at = endOfRun(TEXT, bytes, at, end);
      if (at >= end) break;
      if (bytes[at] !== CR) {
        wrong = bytes[at] === LF ? refusal.BARE_LF : refusal.BAD_VALUE;
        break;
      }
      if (at + 1 >= end) break;
      if (bytes[at + 1] !== LF) {
        wrong = refusal.BARE_CR;
        break;
      }
      const valueStart = start + marks[mark + VALUE_START]!;
      let valueEnd = at;
      while (valueEnd > valueStart && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HTAB)) valueEnd--;
      marks[mark + VALUE_END] = valueEnd - start;
      this.count++;
      mark += MARKS_PER_FIELD;
      at += 2;
      phase = LINE_START;
    }
    this.phase = phase;
    this.at = at - start;
    return wrong;
  }

  /** This head has outgrown the slab: it gets one of its own, twice as large as what it has. */
  private moreMarks(): Int32Array {
    const used = this.marks.subarray(this.first, this.first + this.count * MARKS_PER_FIELD);
    this.marks = new Int32Array(Math.max(SLAB_MARKS, used.length * 2));
    this.marks.set(used);
    this.first = 0;
    return this.marks;
  }
}

/** The first place from `at` on whose byte is not in the table. Four bytes at a time, which takes a quarter off the whole scan. */
function endOfRun(table: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  while (at + 4 <= end && (table[bytes[at]!]! & table[bytes[at + 1]!]! & table[bytes[at + 2]!]! & table[bytes[at + 3]!]!) === 1) at += 4;
  while (at < end && table[bytes[at]!] === 1) at++;
  return at;
}

/** "HTTP/" DIGIT "." DIGIT, of whatever version. */
function isVersion(bytes: Uint8Array, at: number): boolean {
  const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE;
  for (let index = 0; index < 5; index++) if (bytes[at + index] !== STATUS_VERSION[index]) return false;
  return isDigit(bytes[at + 5]!) && bytes[at + 6] === 0x2e && isDigit(bytes[at + 7]!);
}
