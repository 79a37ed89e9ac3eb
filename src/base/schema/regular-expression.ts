import { regexFault } from '../regex.ts';
import { notation } from './notation.ts';

/** A regular expression in RE2's syntax, as MOSN takes it. It stays a text. */
export const regularExpression = notation('regular expression', 'a regular expression in the syntax of RE2', regexFault);
