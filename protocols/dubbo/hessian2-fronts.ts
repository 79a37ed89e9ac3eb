import type { Bytes } from 'meshloom/protocol';
import { Front } from './front.ts';
import { Hessian2Reader } from './hessian2-reader.ts';

/** A power of two, and more than the methods that most proxies see. */
const SLOTS = 1024;

/** Longer fronts are read anew each time. */
const MAX_BYTES = 512;

interface KnownFront {
  readonly bytes: Bytes;
  readonly front: Front;
}

/**
 * The fronts of the calls seen so far. A service is called by the same few bytes again and again: to see that they are the same costs
 * less than to read them, and makes no texts, which the router then compares by what they are and not by what is in them.
 *
 * Memory is bounded by the slots, and a front is known by all of its bytes, so that nobody's calls are taken for another's.
 */
export class Hessian2Fronts {
  private readonly slots = new Array<KnownFront | undefined>(SLOTS).fill(undefined);

  of(body: Bytes): Front {
    const end = endOfFront(body);
    if (end === 0) return new Front(new Hessian2Reader(body));
    const slot = slotOf(body, end);
    const known = this.slots[slot];
    if (known !== undefined && isFront(known.bytes, body, end)) return known.front;
    return this.learn(slot, body, end);
  }

  /** In a copy of its own, for the body stands in memory that is shared with what came before and after it. */
  private learn(slot: number, body: Bytes, end: number): Front {
    const bytes = Buffer.from(body.subarray(0, end));
    const front = new Front(new Hessian2Reader(bytes));
    // Lengths count characters: with some beyond ASCII the front is longer than its lengths say.
    if (front.typesAt !== end) return new Front(new Hessian2Reader(body));
    this.slots[slot] = { bytes, front };
    return front;
  }
}

/** Where four texts of ASCII end; 0 when there are no such, or they are too long. */
function endOfFront(body: Bytes): number {
  const { length } = body;
  let at = 0;
  for (let left = 4; left > 0; left--) {
    if (at + 1 >= length) return 0;
    const tag = body[at]!;
    if (tag <= 0x1f) at += 1 + tag;
    else if (tag >= 0x30 && tag <= 0x33) at += 2 + ((tag - 0x30) << 8) + body[at + 1]!;
    else return 0;
  }
  return at <= length && at <= MAX_BYTES ? at : 0;
}

/** Names differ in more than one of three letters. */
function slotOf(body: Bytes, end: number): number {
  let hash = end;
  for (let at = 0; at < end; at += 3) hash = (Math.imul(hash, 31) + body[at]!) | 0;
  return (hash ^ (hash >>> 10)) & (SLOTS - 1);
}

function isFront(bytes: Bytes, body: Bytes, end: number): boolean {
  if (bytes.length !== end) return false;
  for (let at = 0; at < end; at++) if (bytes[at] !== body[at]) return false;
  return true;
}
