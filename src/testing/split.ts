import type { Bytes } from '../base/bytes.ts';

/** Numbers from 0 up to 1 that are the same for the same seed (mulberry32): failures can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Cuts bytes into chunks, each with memory of its own, as a socket delivers them. */
export type Split = (bytes: Bytes) => Bytes[];

export const whole: Split = (bytes) => [ownCopy(bytes, 0, bytes.length)];

export const byteByByte: Split = (bytes) => Array.from(bytes, (_, at) => ownCopy(bytes, at, at + 1));

/** Many short pieces and some long ones: short ones find the states between, long ones the loops over several messages. */
export function randomSplit(seed: number): Split {
  const random = seededRandom(seed);
  return (bytes) => {
    const chunks: Bytes[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + Math.floor(random() * (random() < 0.5 ? 4 : random() < 0.8 ? 40 : bytes.length));
      chunks.push(ownCopy(bytes, at, Math.min(at + length, bytes.length)));
      at += length;
    }
    return chunks;
  };
}

function ownCopy(bytes: Bytes, from: number, to: number): Bytes {
  const copy = Buffer.from(new ArrayBuffer(to - from));
  bytes.copy(copy, 0, from, to);
  return copy;
}
