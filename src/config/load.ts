import { type Problem, Report } from '../base/schema/report.ts';
import type { Catalogue } from './catalogue.ts';
import { type Document, type Format, readFile, readText } from './document/document.ts';
import { type Configuration, configuration as configurationSchema } from './model/configuration.ts';
import { checkRules } from './rules/rules.ts';

export interface Loaded {
  /** undefined when there was an error. */
  readonly configuration: Configuration | undefined;
  /** As it was written, keys in their order, secrets and all: `redact` before it is shown. undefined when it cannot be read. */
  readonly document: unknown;
  /** All of them: the reading does not stop at the first. */
  readonly problems: readonly Problem[];
}

/** Reads and checks a file. Never throws. */
export function load(path: string, catalogue: Catalogue): Loaded {
  return checkDocument(readFile(path), catalogue);
}

/** Reads and checks a text. Never throws. */
export function parse(text: string, format: Format, catalogue: Catalogue): Loaded {
  return checkDocument(readText(text, format), catalogue);
}

/** Checks a configuration that is there as plain objects. Never throws. */
export function check(document: unknown, catalogue: Catalogue): Loaded {
  const report = new Report();
  const finished = configurationSchema(catalogue).read(document, report);
  if (finished !== undefined) checkRules(finished, report);
  const failed = report.problems.some(({ severity }) => severity === 'error');
  return { configuration: failed ? undefined : finished, document, problems: report.problems };
}

function checkDocument({ value, problems }: Document, catalogue: Catalogue): Loaded {
  if (value === undefined) return { configuration: undefined, document: undefined, problems };
  const checked = check(value, catalogue);
  return { ...checked, problems: [...problems, ...checked.problems] };
}
