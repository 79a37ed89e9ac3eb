import type { Exchange } from '../filter.ts';
import { printable } from './printable.ts';
import { type Variable, variable } from './variables.ts';

/** What stands where there is no value. */
export const MISSING = '-';

/** Prints an exchange as one line, without its ending. */
export type LineFormat = (exchange: Exchange) => string;

/**
 * Compiles a line with variables in percent signs; a string says what is wrong with it. `\%` is a percent sign.
 * Nothing but the line is built when it runs.
 */
export function lineFormat(text: string): LineFormat | string {
  // Text and names take turns: it begins and ends with text.
  const pieces = text.split(/(?<!\\)%/).map((piece) => piece.replaceAll('\\%', '%'));
  if (pieces.length % 2 === 0) return `a percent sign opens a variable that is not closed: ${JSON.stringify(`%${pieces.at(-1)}`)}`;
  const texts = pieces.filter((_, index) => index % 2 === 0);
  const variables: Variable[] = [];
  for (const name of pieces.filter((_, index) => index % 2 === 1)) {
    const found = name === '' ? 'a variable has no name: a percent sign is written \\%' : variable(name);
    if (typeof found === 'string') return found;
    variables.push(found);
  }
  return (exchange) => {
    let line = texts[0]!;
    for (let index = 0; index < variables.length; index++) {
      line += textOf(variables[index]!, exchange) + texts[index + 1]!;
    }
    return line;
  };
}

function textOf(variable: Variable, exchange: Exchange): string {
  const value = variable.read(exchange);
  if (value === undefined || value === '') return MISSING;
  return variable.foreign ? printable(value) : value;
}
