import { didYouMean } from '../../base/nearest.ts';
import type { Flag } from './flags.ts';

export interface ParsedArguments {
  /** What stands before the flags; undefined when nothing does. */
  readonly command: string | undefined;
  /** Values by a flag's first name, the last one given; '' for a flag without one. */
  readonly values: ReadonlyMap<string, string>;
  /** What cannot be understood, each in one line. */
  readonly faults: readonly string[];
}

/** Splits a command line, without the names of the program, into a command and flags. */
export function parseArguments(words: readonly string[], flags: readonly Flag[]): ParsedArguments {
  const byName = new Map(flags.flatMap((flag) => flag.names.map((name) => [name, flag] as const)));
  const values = new Map<string, string>();
  const faults: string[] = [];
  const [first] = words;
  const command = first === undefined || first.startsWith('-') ? undefined : first;
  for (let at = command === undefined ? 0 : 1; at < words.length; at++) {
    const word = words[at]!;
    const [, name, given] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = name === undefined ? undefined : byName.get(name);
    if (name === undefined) {
      faults.push(`unexpected argument ${JSON.stringify(word)}`);
    } else if (flag === undefined) {
      faults.push(`unknown flag ${dashed(name)}${suggestion(name, [...byName.keys()])}`);
    } else if (flag.value === undefined) {
      values.set(flag.names[0], given ?? '');
    } else {
      const value = given ?? words[++at];
      if (value === undefined || value === '') faults.push(`flag ${dashed(name)} needs a value: ${dashed(name)} ${flag.value}`);
      else values.set(flag.names[0], value);
    }
  }
  return { command, values, faults };
}

/** How a flag is usually written: `-c`, `--config`. */
export function dashed(name: string): string {
  return `${name.length === 1 ? '-' : '--'}${name}`;
}

function suggestion(name: string, known: readonly string[]): string {
  const found = didYouMean(dashed(name), known.filter((each) => each.length > 1).map(dashed));
  return found === undefined ? '' : `: ${found}`;
}
