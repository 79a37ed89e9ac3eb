/** What is asked and answered: everything follows from the request's number, so that both ends can check all of it. */
import { patternAt } from '../../support/pattern.ts';

export interface Work {
  readonly id: number;
  readonly method: 'GET' | 'POST';
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/** Mostly small, sometimes more than any buffer on the way holds at once. */
function size(hash: number): number {
  const spread = hash % 64_000;
  return hash % 16 === 0 ? spread : spread % 1_000;
}

export function workOf(id: number): Work {
  const hash = Math.imul(id, 0x9e3779b1) >>> 0;
  const posts = hash % 3 === 0;
  return { id, method: posts ? 'POST' : 'GET', requestBytes: posts ? size(hash >>> 4) : 0, responseBytes: size(hash >>> 8) };
}

// Numbers of requests near each other begin far apart, and a request's body elsewhere than its answer.
export const requestBody = ({ id, requestBytes }: Work): Buffer => patternAt(id * 7_919, requestBytes);
export const responseBody = ({ id, responseBytes }: Work): Buffer => patternAt(id * 7_919 + 31_337, responseBytes);
