/**
 * A run of bytes. Bytes handed to a callee belong to the callee: the caller never reads or writes them again.
 *
 * Each chunk that a socket delivers has an ArrayBuffer of its own, so a view of one may be kept or patched without harm to others.
 */
export type Bytes = Buffer;

/** No bytes: what ends a message that has no more to say. */
export const EMPTY: Bytes = Buffer.alloc(0);
