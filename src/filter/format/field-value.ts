import type { Exchange } from '../filter.ts';
import { type Variable, variable } from './variables.ts';

/** A percent sign alone is one, and so is one before a space: names have none. */
const VARIABLE = /%([\w.:-]+(?:\([^()%]+\)(?::\d+)?)?)%/g;

/**
 * The value of a header that the configuration adds: text, in which names of variables in percent signs stand for what these are in the
 * exchange, '' when there is no such thing. In MOSN the whole value is one variable, in Envoy any part of it. As in MOSN a name that
 * nobody knows is text.
 */
export function fieldValue(text: string): (exchange: Exchange) => string {
  const pieces: (string | Variable)[] = [];
  let textFrom = 0;
  for (const { 0: written, 1: name = '', index } of text.matchAll(VARIABLE)) {
    const found = variable(name);
    if (typeof found === 'string') continue;
    pieces.push(text.slice(textFrom, index), found);
    textFrom = index + written.length;
  }
  if (pieces.length === 0) return () => text;
  pieces.push(text.slice(textFrom));
  return (exchange) => {
    let value = '';
    for (const piece of pieces) value += typeof piece === 'string' ? piece : (piece.read(exchange) ?? '');
    return value;
  };
}
