import type { Bytes } from 'meshloom/protocol';

const BLOCK_BYTES = 64;
/** A one bit at least, and the length in 64 bits. */
const PADDING_BYTES = 9;

const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/**
 * SHA-1 (RFC 3174). Not for anything that must be secret or unforgeable: WebSocket's handshake names it, and shows no more by it than that
 * both ends mean WebSocket (RFC 6455 section 1.3).
 */
export function sha1(message: Bytes): Bytes {
  const padded = Buffer.alloc(Math.ceil((message.length + PADDING_BYTES) / BLOCK_BYTES) * BLOCK_BYTES);
  message.copy(padded);
  padded[message.length] = 0x80;
  // Messages here are far shorter than the 2^29 bytes from which on the upper half of the length in bits is not 0.
  padded.writeUInt32BE(message.length * 8, padded.length - 4);
  const hash = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Uint32Array(80);
  for (let at = 0; at < padded.length; at += BLOCK_BYTES) addBlock(hash, words, padded, at);
  const digest = Buffer.alloc(20);
  for (let word = 0; word < 5; word++) digest.writeUInt32BE(hash[word]!, word * 4);
  return digest;
}

/** RFC 3174 section 6.1. */
function addBlock(hash: Uint32Array, words: Uint32Array, bytes: Bytes, at: number): void {
  for (let t = 0; t < 16; t++) words[t] = bytes.readUInt32BE(at + t * 4);
  for (let t = 16; t < 80; t++) words[t] = rotated(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
  let a = hash[0]!;
  let b = hash[1]!;
  let c = hash[2]!;
  let d = hash[3]!;
  let e = hash[4]!;
  for (let t = 0; t < 80; t++) {
    const next = (rotated(a, 5) + mixed(t, b, c, d) + e + words[t]!) | 0;
    e = d;
    d = c;
    c = rotated(b, 30);
    b = a;
    a = next;
  }
  hash[0] = hash[0]! + a;
  hash[1] = hash[1]! + b;
  hash[2] = hash[2]! + c;
  hash[3] = hash[3]! + d;
  hash[4] = hash[4]! + e;
}

/** The function and the constant of that step (section 5). */
function mixed(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
