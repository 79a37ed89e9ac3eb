import { fastjson2 } from './fastjson2.ts';
import { hessian2 } from './hessian2.ts';
import type { Serialization } from './serialization.ts';

export const HESSIAN2 = 2;
export const FASTJSON2 = 23;

/** undefined for a serialization that cannot be read here: its bodies pass through unread. */
export function serializationOf(number: number): Serialization | undefined {
  switch (number) {
    case HESSIAN2:
      return hessian2;
    case FASTJSON2:
      return fastjson2;
    default:
      return undefined;
  }
}
