/** What `-l` may say: from a log of everything to none. */
export type LogLevelChoice = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'off';

/** MOSN's words for its flag, and those of its configuration where they differ. */
const CHOICES: ReadonlyMap<string, LogLevelChoice> = new Map([
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warning', 'warn'],
  ['warn', 'warn'],
  ['error', 'error'],
  ['critical', 'fatal'],
  ['fatal', 'fatal'],
  ['off', 'off'],
]);

export const LOG_LEVEL_WORDS: readonly string[] = [...CHOICES.keys()];

export function logLevelChoice(word: string): LogLevelChoice | undefined {
  return CHOICES.get(word.toLowerCase());
}
