/** Writes an integer with a prefix of so many bits (RFC 7541 section 5.1) and returns where it ends. `flags` are the bits before the prefix. */
export function writeInteger(out: Uint8Array, at: number, flags: number, prefixBits: number, value: number): number {
  const most = (1 << prefixBits) - 1;
  if (value < most) {
    out[at++] = flags | value;
    return at;
  }
  out[at++] = flags | most;
  for (value -= most; value >= 0x80; value >>>= 7) out[at++] = (value & 0x7f) | 0x80;
  out[at++] = value;
  return at;
}

/** The most bytes that an integer of ours takes: a prefix and five times seven bits. */
export const INTEGER_BOUND = 6;
