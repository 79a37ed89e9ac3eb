import { translateRegex } from './regex-syntax.ts';

/** A regular expression that can only say whether something is found. */
export interface Regex {
  test(text: string): boolean;
}

/**
 * Compiles what a configuration wrote, in the syntax of RE2 that MOSN takes; a string says what is wrong with it. Backreferences and
 * look-around are refused as RE2 refuses them, so that no configuration comes to depend on them. The engine is JavaScript's: it
 * backtracks, and a repetition inside a repetition can take time exponential in the length of the text.
 */
export function regex(source: string): Regex | string {
  const translated = translateRegex(source);
  if (typeof translated === 'string') return translated;
  try {
    return new RegExp(translated.source, translated.flags);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is wrong with an expression; undefined when nothing is. */
export function regexFault(source: string): string | undefined {
  const compiled = regex(source);
  return typeof compiled === 'string' ? compiled : undefined;
}
