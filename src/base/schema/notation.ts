import { refuse } from './scalars.ts';
import type { Leaf, Schema } from './schema.ts';

/** Says what is wrong with a text; undefined when nothing is. */
export type FindFault = (text: string) => string | undefined;

/** A text in a notation that somebody else understands. It stays a text. */
export function notation(brief: string, takes: string, faultOf: FindFault): Schema<string> {
  const shape: Leaf = { kind: 'leaf', brief, takes, json: { type: 'string', minLength: 1 } };
  return {
    shape,
    read(value, report) {
      if (typeof value !== 'string' || value === '') return refuse(shape, value, report);
      const fault = faultOf(value);
      return fault === undefined ? value : refuse(shape, value, report, fault);
    },
  };
}
