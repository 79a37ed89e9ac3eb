import type { Bytes } from 'meshloom/protocol';
import { readUint31 } from './frame-header.ts';

/** RFC 9113 section 6.3: exclusive flag, dependency, weight. */
export const PRIORITY_BYTES = 5;

/** The stream that a PRIORITY frame makes its stream depend on: all that is looked at, for priority is deprecated. */
export function priorityDependency(bytes: Bytes, start: number): number {
  return readUint31(bytes, start);
}
