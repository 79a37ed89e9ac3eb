import type { Bytes } from '../../src/base/bytes.ts';

type Random = () => number;

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** Bytes that formats treat in a way of their own: ends of ranges, signs, line ends, nothing. */
const TELLING = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x3a, 0x4e, 0x5a, 0x7f, 0x80, 0xa5, 0xff];

const MUTATIONS: readonly ((bytes: Bytes, random: Random) => Bytes)[] = [
  (bytes, random) => overwritten(bytes, random, below(random, 256)),
  (bytes, random) => overwritten(bytes, random, TELLING[below(random, TELLING.length)]!),
  // One more or one less, as at the edge of a limit.
  (bytes, random) => {
    const at = below(random, bytes.length);
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at]! + (random() < 0.5 ? 1 : 255)) & 0xff;
    return copy;
  },
  (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    const noise = Buffer.from(Array.from({ length: 1 + below(random, 8) }, () => below(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
];

function overwritten(bytes: Bytes, random: Random, byte: number): Bytes {
  const copy = Buffer.from(bytes);
  copy[below(random, copy.length)] = byte;
  return copy;
}

function range(bytes: Bytes, random: Random): [from: number, to: number] {
  const from = below(random, bytes.length);
  return [from, Math.min(bytes.length, from + 1 + below(random, 16))];
}

/** Good bytes with a few things wrong. */
export function mutated(bytes: Bytes, random: Random): Bytes {
  let changed = bytes;
  for (let left = 1 + below(random, 4); left > 0 && changed.length > 0; left--)
    changed = MUTATIONS[below(random, MUTATIONS.length)]!(changed, random);
  return changed;
}
