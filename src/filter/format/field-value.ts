import type { Exchange } from '../filter.ts';
import { variable } from './variables.ts';

/**
 * The value of a header that the configuration adds: text as it stands, or, when it is one variable in percent signs, what that is in
 * the exchange, '' when there is no such thing. As in MOSN a name that nobody knows is text.
 */
export function fieldValue(text: string): (exchange: Exchange) => string {
  const [, name] = /^%([^%]+)%$/.exec(text) ?? [];
  const found = name === undefined ? 'text' : variable(name);
  return typeof found === 'string' ? () => text : (exchange) => found.read(exchange) ?? '';
}
