import type { Bytes } from 'meshloom/protocol';

/** Below this a loop beats the call into C++ (measured). */
const SHORT_COPY = 48;

/** Copies `from[start, end)` to `to[at...]`. */
export function copyBytes(from: Bytes, start: number, end: number, to: Bytes, at: number): void {
  if (end - start > SHORT_COPY) from.copy(to, at, start, end);
  else while (start < end) to[at++] = from[start++]!;
}
