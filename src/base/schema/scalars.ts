import { didYouMean } from '../nearest.ts';
import { inWords } from './json.ts';
import type { Report } from './report.ts';
import type { JsonSchema, Leaf, Present, Schema } from './schema.ts';

function leaf(brief: string, takes: string, json: JsonSchema): Leaf {
  return { kind: 'leaf', brief, takes, json };
}

/** Reports a value of the wrong kind. */
export function refuse(shape: Leaf, value: unknown, report: Report, remedy?: string): undefined {
  const but = shape.secret ? '' : `, but is ${inWords(value)}`;
  report.error(`must be ${shape.takes}${but}`, remedy);
  return undefined;
}

/** Any string; `atLeast: 1` for one that must say something. */
export function text(limits: { readonly atLeast?: 0 | 1 } = {}): Schema<string> {
  const atLeast = limits.atLeast ?? 0;
  const json = atLeast === 0 ? { type: 'string' } : { type: 'string', minLength: atLeast };
  const shape = leaf('string', atLeast === 0 ? 'a string' : 'a string that is not empty', json);
  return {
    shape,
    read: (value, report) => (typeof value === 'string' && value.length >= atLeast ? value : refuse(shape, value, report)),
  };
}

/** A string that is never shown again, not in a dump of the configuration and not in a message. */
export function secretText(): Schema<string> {
  const shape: Leaf = { ...leaf('secret string', 'a string', { type: 'string', writeOnly: true }), secret: true };
  return { shape, read: (value, report) => (typeof value === 'string' ? value : refuse(shape, value, report)) };
}

export function boolean(): Schema<boolean> {
  const shape = leaf('boolean', 'true or false', { type: 'boolean' });
  return { shape, read: (value, report) => (typeof value === 'boolean' ? value : refuse(shape, value, report)) };
}

const DIGITS = /^[0-9]{1,15}$/;

/** A whole number in a range, both ends included. One in quotes is read too, for it occurs in MOSN's own samples. */
export function integer(least = 0, most = Number.MAX_SAFE_INTEGER): Schema<number> {
  const open = most === Number.MAX_SAFE_INTEGER;
  const takes = open ? `an integer of at least ${least}` : `an integer from ${least} to ${most}`;
  const brief = open && least === 0 ? 'integer' : open ? `integer from ${least}` : `integer from ${least} to ${most}`;
  const shape = leaf(brief, takes, { type: 'integer', minimum: least, ...(open ? {} : { maximum: most }) });
  return {
    shape,
    read(value, report) {
      const quoted = typeof value === 'string' && DIGITS.test(value);
      const count = quoted ? Number(value) : value;
      if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < least || count > most) {
        return refuse(shape, value, report);
      }
      if (quoted) report.warn('is a number in quotes', `write ${count}`);
      return count;
    },
  };
}

/** A number, whole or not, in a range with both ends included. */
export function number(least: number, most: number): Schema<number> {
  const shape = leaf(`number from ${least} to ${most}`, `a number from ${least} to ${most}`, {
    type: 'number',
    minimum: least,
    maximum: most,
  });
  return {
    shape,
    read: (value, report) => (typeof value === 'number' && value >= least && value <= most ? value : refuse(shape, value, report)),
  };
}

/** One of a few words, whatever their case. What is read has the case of the word in the list. */
export function enumeration<const W extends string>(...given: readonly W[]): Schema<W> {
  const words = [...new Set(given)];
  const shape = leaf(words.map((word) => `\`${word}\``).join(', '), `one of ${words.map((word) => JSON.stringify(word)).join(', ')}`, {
    enum: words,
  });
  const byLowerCase = new Map(words.map((word) => [word.toLowerCase(), word]));
  return {
    shape,
    read(value, report) {
      const word = typeof value === 'string' ? byLowerCase.get(value.toLowerCase()) : undefined;
      if (word !== undefined) return word;
      return refuse(shape, value, report, typeof value === 'string' ? didYouMean(value, words) : undefined);
    },
  };
}

/** The shape of what nothing is known of. */
export const ANYTHING: Leaf = leaf('anything', 'anything', {});

/** Whatever it is but null: for what is handed on to somebody who knows, or to nobody. */
export function anything(): Schema<Present> {
  return { shape: ANYTHING, read: (value) => value ?? undefined };
}
