import * as kinds from './field-kind.ts';
import { listElements, sameText } from './list.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import {
  type HeadScanner,
  HIDDEN,
  KIND_BITS,
  KIND_SHIFT,
  LENGTH_BITS,
  MARKS_PER_FIELD,
  NAME,
  NAME_START,
  VALUE_END,
  VALUE_START,
} from './scanner.ts';
import { NINE, ZERO } from './tables.ts';

const CHUNKED = Buffer.from('chunked');
const CLOSE = Buffer.from('close');
const KEEP_ALIVE = Buffer.from('keep-alive');
const TRAILERS = Buffer.from('trailers');
const CONTINUE = Buffer.from('100-continue');

/** Naming one of these in Connection would take away what the next recipient needs to frame or to route the message. */
const NOT_TO_BE_NAMED: ReadonlySet<string> = new Set(['host', 'content-length']);

/**
 * What the fields of one head say about framing and about the connection (RFC 9112 sections 6 and 9, RFC 9110 section 7.6.1).
 * Reading it hides every field that concerns this connection only, so that nothing above sees it and nothing sends it on.
 */
export class HeadDigest {
  /** -1 when there is none. */
  contentLength = -1;
  chunked = false;
  /** Which line says so, for it may be left where it is when the message goes on chunked; -1 when there is none. */
  chunkedLine = -1;
  close = false;
  keepAlive = false;
  /** The list in Upgrade, when Connection names it too; empty otherwise. */
  upgrade: readonly string[] = [];
  /** The same list, as far as it is asked for by a client that could go on in another protocol at once. */
  offered: readonly string[] = [];
  /** The sender takes trailers (RFC 9110 section 10.1.4). */
  teTrailers = false;
  expectsContinue = false;
  hosts = 0;
  /** Line of the Host; -1 when there is none. */
  hostLine = -1;
  /** How many lines are hidden. */
  hidden = 0;
  /** How many of those say `Connection: keep-alive` and no more, which may be said of the next connection just as well. */
  keepAliveLines = 0;

  private otherExpectation = false;
  private namesUpgrade = false;
  private named: string[] = [];
  private codingLines = 0;
  private upgradeLines = 0;

  /** `head` is the whole head that `scanner` has just completed. */
  readRequest(head: Uint8Array, scanner: HeadScanner): Refusal | undefined {
    const old = scanner.minor === 0;
    const wrong = this.read(head, scanner);
    if (wrong !== undefined) return wrong;
    // RFC 9112 section 3.2.
    if (this.hosts !== 1) {
      if (this.hosts > 1) return refusal.TWO_HOSTS;
      if (!old) return refusal.NO_HOST;
    }
    if (old && (this.expectsContinue || this.otherExpectation)) {
      // RFC 9110 section 10.1.1: to be ignored from an HTTP/1.0 client.
      this.expectsContinue = false;
      this.hideKind(scanner, kinds.EXPECT);
    } else if (this.otherExpectation) {
      return refusal.OTHER_EXPECTATION;
    }
    // A chunked body could not say where it ends and the new protocol begins, so that such an upgrade is not taken up. h2c is not passed
    // on: what is asked for inside it would pass unseen. RFC 9110 section 7.8 lets a server ignore any of them, and tells it to for HTTP/1.0.
    if (this.upgradeLines > 0) {
      if (!old && this.namesUpgrade) this.offered = this.upgrade;
      this.settleUpgrade(scanner, !old && !this.chunked && !this.upgrade.includes('h2c'));
    }
    return undefined;
  }

  readResponse(head: Uint8Array, scanner: HeadScanner): Refusal | undefined {
    const wrong = this.read(head, scanner);
    if (wrong !== undefined) return wrong;
    // Only these two tell the client something by it: RFC 9110 sections 15.2.2 and 15.5.22.
    if (this.upgradeLines > 0) this.settleUpgrade(scanner, scanner.status === 101 || scanner.status === 426);
    return undefined;
  }

  private settleUpgrade(scanner: HeadScanner, acceptable: boolean): void {
    if (acceptable && this.namesUpgrade && this.upgrade.length > 0) return;
    this.upgrade = [];
    this.hideKind(scanner, kinds.UPGRADE);
  }

  private clear(): void {
    this.contentLength = this.chunkedLine = this.hostLine = -1;
    this.chunked = this.close = this.keepAlive = this.teTrailers = this.expectsContinue = false;
    this.otherExpectation = this.namesUpgrade = false;
    this.hosts = this.hidden = this.keepAliveLines = this.upgradeLines = this.codingLines = 0;
    if (this.upgrade.length > 0) this.upgrade = [];
    if (this.offered.length > 0) this.offered = [];
    if (this.named.length > 0) this.named = [];
  }

  private read(head: Uint8Array, scanner: HeadScanner): Refusal | undefined {
    this.clear();
    const { marks, first, count } = scanner;
    for (let line = 0; line < count; line++) {
      const mark = first + line * MARKS_PER_FIELD;
      const kind = (marks[mark + NAME]! & KIND_BITS) >> KIND_SHIFT;
      if (kind === kinds.ORDINARY) continue;
      const from = marks[mark + VALUE_START]!;
      const to = marks[mark + VALUE_END]!;
      switch (kind) {
        case kinds.HOST:
          this.hosts++;
          this.hostLine = line;
          break;
        case kinds.CONTENT_LENGTH:
          if (this.contentLength >= 0) return refusal.TWO_LENGTHS;
          this.contentLength = decimal(head, from, to);
          if (this.contentLength < 0) return refusal.BAD_LENGTH;
          break;
        case kinds.TRANSFER_ENCODING:
          this.codingLines++;
          if (sameText(head, from, to, CHUNKED)) this.chunkedLine = line;
          this.hide(marks, mark);
          break;
        case kinds.CONNECTION:
          this.readConnection(head, from, to);
          this.hide(marks, mark);
          break;
        case kinds.HOP_ONLY:
          this.hide(marks, mark);
          break;
        case kinds.TE:
          if (!this.teTrailers && sameText(head, from, to, TRAILERS)) this.teTrailers = true;
          else this.hide(marks, mark);
          break;
        case kinds.UPGRADE:
          this.upgradeLines++;
          this.upgrade = [...this.upgrade, ...listElements(head, from, to)];
          break;
        case kinds.EXPECT:
          if (sameText(head, from, to, CONTINUE)) this.expectsContinue = true;
          else this.otherExpectation = true;
      }
    }
    if (this.codingLines > 0) {
      const wrong = this.checkCodings(scanner);
      if (wrong !== undefined) return wrong;
    }
    return this.named.length > 0 ? this.hideNamed(head, scanner) : undefined;
  }

  private readConnection(head: Uint8Array, from: number, to: number): void {
    if (sameText(head, from, to, KEEP_ALIVE)) {
      this.keepAlive = true;
      this.keepAliveLines++;
    } else if (sameText(head, from, to, CLOSE)) {
      this.close = true;
    } else {
      for (const option of listElements(head, from, to)) {
        if (option === 'close') this.close = true;
        else if (option === 'keep-alive') this.keepAlive = true;
        else if (option === 'upgrade') this.namesUpgrade = true;
        else if (!kinds.isHopByHop(option)) this.named.push(option);
      }
    }
  }

  /**
   * RFC 9112 sections 6.1 and 6.3: nothing but one line that says `chunked` and no more. For a coding that a server does not know section 6.1
   * recommends 501; here it is 400 like all other bad framing, for whoever wants to smuggle writes codings that only one of two recipients knows.
   */
  private checkCodings(scanner: HeadScanner): Refusal | undefined {
    if (scanner.minor === 0) return refusal.OLD_CODING;
    if (this.contentLength >= 0) return refusal.LENGTH_AND_CODING;
    if (this.codingLines === 1 && this.chunkedLine >= 0) {
      this.chunked = true;
      return undefined;
    }
    return refusal.NOT_CHUNKED;
  }

  private hideNamed(head: Uint8Array, { marks, first, count }: HeadScanner): Refusal | undefined {
    if (this.named.some((name) => NOT_TO_BE_NAMED.has(name))) return refusal.NAMED_FRAMING;
    const names = this.named.map((name) => Buffer.from(name, 'latin1'));
    for (let mark = first; mark < first + count * MARKS_PER_FIELD; mark += MARKS_PER_FIELD) {
      if ((marks[mark + NAME]! & HIDDEN) !== 0) continue;
      const from = marks[mark + NAME_START]!;
      const to = from + (marks[mark + NAME]! & LENGTH_BITS);
      if (names.some((name) => sameText(head, from, to, name))) this.hide(marks, mark);
    }
    return undefined;
  }

  private hideKind({ marks, first, count }: HeadScanner, kind: number): void {
    for (let mark = first; mark < first + count * MARKS_PER_FIELD; mark += MARKS_PER_FIELD) {
      const name = marks[mark + NAME]!;
      if ((name & KIND_BITS) >> KIND_SHIFT === kind && (name & HIDDEN) === 0) this.hide(marks, mark);
    }
  }

  private hide(marks: Int32Array, mark: number): void {
    marks[mark + NAME]! |= HIDDEN;
    this.hidden++;
  }
}

/** 1*DIGIT up to 2^53-1, without sign, space or list (RFC 9110 section 8.6); -1 for all else. */
export function decimal(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return -1;
  let number = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte < ZERO || byte > NINE) return -1;
    number = number * 10 + byte - ZERO;
    if (number > Number.MAX_SAFE_INTEGER) return -1;
  }
  return number;
}
