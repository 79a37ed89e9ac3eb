import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { type Problem, Report } from '../../base/schema/report.ts';
import { readJson } from './json.ts';
import { readYaml } from './yaml.ts';

export type Format = 'json' | 'yaml';

/** A configuration as it was written. */
export interface Document {
  /** What the text says, keys in their order; undefined when it cannot be read. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/** Reads a text. Never throws. */
export function readText(text: string, format: Format): Document {
  const report = new Report();
  // A byte order mark is no part of the text (RFC 8259 section 8.1 lets one ignore it).
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const result = format === 'json' ? readJson(content, report) : readYaml(content, report);
  if ('value' in result) return { value: result.value, problems: report.problems };
  const { message, position } = result;
  return { value: undefined, problems: [{ severity: 'error', path: '', message, position }, ...report.problems] };
}

/** Reads a file: YAML when its name ends in .yaml or .yml, as in MOSN, and JSON otherwise. Never throws. */
export function readFile(path: string): Document {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (thrown) {
    return unreadable(whyUnreadable(thrown));
  }
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return unreadable('is not text in UTF-8');
  }
  return readText(text, formatOf(path));
}

export function formatOf(path: string): Format {
  return /^\.ya?ml$/i.test(extname(path)) ? 'yaml' : 'json';
}

function unreadable(message: string): Document {
  return { value: undefined, problems: [{ severity: 'error', path: '', message }] };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'is a directory, and no file',
  EACCES: 'may not be read: permission is denied',
  EPERM: 'may not be read: permission is denied',
  ELOOP: 'is a link that leads back to itself',
  ENAMETOOLONG: 'has a name that is too long',
};

/** What is wrong with a file, or a folder, that could not be opened. */
export function whyUnreadable(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (Object.hasOwn(REASONS, code)) return REASONS[code]!;
  return `cannot be read: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
}
