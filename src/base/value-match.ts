import { regex } from './regex.ts';

/** What a header, a query parameter or an attachment must be like. One of the ways to say it, or else `value`. */
export interface ValueMatch {
  readonly name: string;
  /** What it is, letter for letter, or the expression that is found in it. */
  readonly value?: string | undefined;
  readonly regex?: boolean | undefined;
  readonly prefixMatch?: string | undefined;
  readonly suffixMatch?: string | undefined;
  readonly containsMatch?: string | undefined;
  /** True: it is there, whatever it says. False: it is not. */
  readonly presentMatch?: boolean | undefined;
  /** A whole number from `start` on and below `end`. */
  readonly rangeMatch?: { readonly start: number; readonly end: number } | undefined;
  /** Whether what was said must not be so. What is not there at all passes only where `presentMatch` was asked. */
  readonly invertMatch?: boolean | undefined;
}

/** Whether a value passes; undefined is one that is not there. */
export type ValueTest = (value: string | undefined) => boolean;

/** Envoy's meaning, as MOSN knows only `value` and `regex`. A string says what is wrong with the expression. */
export function valueTest(match: ValueMatch): ValueTest | string {
  const { presentMatch, invertMatch = false } = match;
  if (presentMatch !== undefined) {
    const present = presentMatch !== invertMatch;
    return (value) => (value !== undefined) === present;
  }
  const test = textTest(match);
  if (typeof test === 'string') return test;
  return invertMatch ? (value) => value !== undefined && !test(value) : (value) => value !== undefined && test(value);
}

/** Whether it asks for one text and nothing else, so that it can be looked up by it. */
export function isExact({
  regex: isExpression,
  prefixMatch,
  suffixMatch,
  containsMatch,
  presentMatch,
  rangeMatch,
  invertMatch,
}: ValueMatch) {
  const ways = [prefixMatch, suffixMatch, containsMatch, presentMatch, rangeMatch];
  return isExpression !== true && invertMatch !== true && ways.every((way) => way === undefined);
}

function textTest(match: ValueMatch): ((value: string) => boolean) | string {
  const { value: wanted = '', prefixMatch, suffixMatch, containsMatch, rangeMatch } = match;
  if (prefixMatch !== undefined) return (value) => value.startsWith(prefixMatch);
  if (suffixMatch !== undefined) return (value) => value.endsWith(suffixMatch);
  if (containsMatch !== undefined) return (value) => value.includes(containsMatch);
  if (rangeMatch !== undefined) {
    const { start, end } = rangeMatch;
    return (value) => /^[+-]?\d+$/.test(value) && Number(value) >= start && Number(value) < end;
  }
  if (match.regex !== true) return (value) => value === wanted;
  const compiled = regex(wanted);
  return typeof compiled === 'string' ? compiled : (value) => compiled.test(value);
}
