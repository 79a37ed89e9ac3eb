import { Readable } from 'node:stream';

// An endless body whose every byte is known from its place, so that both ends can check all of it at the price of a memcmp.

// A prime, so that no buffer size of anybody's divides it and a lost or doubled block shows.
const PERIOD = 65_521;
const twice = Buffer.alloc(2 * PERIOD, Buffer.from(Array.from({ length: PERIOD }, (_, at) => (at * 31 + (at >> 7)) & 0xff)));

/** At most `PERIOD` bytes of the body from `offset` on. */
export function patternAt(offset: number, length: number = PERIOD): Buffer {
  const start = offset % PERIOD;
  return twice.subarray(start, start + Math.min(length, PERIOD));
}

/** Whether `bytes` are what the body holds from `offset` on. */
export function isPatternAt(offset: number, bytes: Buffer): boolean {
  for (let done = 0; done < bytes.length; done += PERIOD) {
    const part = bytes.subarray(done, done + PERIOD);
    if (!part.equals(patternAt(offset + done, part.length))) return false;
  }
  return true;
}

function* parts(size: number): Generator<Buffer> {
  for (let sent = 0; sent < size; ) {
    const part = patternAt(sent, size - sent);
    sent += part.length;
    yield part;
  }
}

/** The first `size` bytes of the body. */
export function patternStream(size: number): Readable {
  return Readable.from(parts(size), { objectMode: false });
}
