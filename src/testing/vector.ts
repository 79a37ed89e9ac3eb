import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bytes } from '../base/bytes.ts';
import { parseHex, parseLines } from './text.ts';

/** What happens to the codec, in order, and what it must do by then. The syntax is in docs/vectors.md. */
export type VectorStep =
  | { readonly kind: 'read'; readonly bytes: Bytes }
  | { readonly kind: 'forward'; readonly bytes: Bytes }
  | { readonly kind: 'do'; readonly lines: readonly string[] }
  | { readonly kind: 'calls'; readonly lines: readonly string[] };

export interface Vector {
  /** `file.md:line heading` */
  readonly name: string;
  readonly role: 'server' | 'client';
  /** For `Protocol.configure`. */
  readonly settings: Readonly<Record<string, number | boolean | string>>;
  /** Verbs of calls that this case says nothing about. */
  readonly ignore: readonly string[];
  readonly steps: readonly VectorStep[];
}

interface OpenCase {
  name: string;
  role: 'server' | 'client';
  settings: Record<string, number | boolean | string>;
  ignore: string[];
  steps: VectorStep[];
}

/** Every case of a folder's markdown files; an empty list when there is no such folder. */
export function loadVectors(folder: string): readonly Vector[] {
  return filesOf(folder).flatMap((file) => parseVectors(readFileSync(join(folder, file), 'utf8'), file));
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** The cases of one markdown text. Throws, naming the line, at what it cannot understand. */
export function parseVectors(markdown: string, file = 'vector'): readonly Vector[] {
  const lines = markdown.split('\n');
  const cases: OpenCase[] = [];
  let open = newCase(`${file} (before the first heading)`);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const heading = /^#+ +(.*)$/.exec(line);
    const fence = /^```(.*)$/.exec(line);
    const setting = /^[-*] +(role|ignore|set [a-z0-9_]+): *(.*)$/.exec(line);
    if (heading !== null) {
      open = newCase(`${file}:${at + 1} ${heading[1]!.trim()}`);
      cases.push(open);
    } else if (setting !== null) {
      addSetting(open, setting[1]!, setting[2]!.trim());
    } else if (fence !== null) {
      const end = lines.indexOf('```', at + 1);
      if (end < 0) throw new Error(`${file}:${at + 1}: the fenced block has no end`);
      open.steps.push(parseStep(fence[1]!.trim(), lines.slice(at + 1, end), `${file}:${at + 1}`));
      at = end;
    }
  }
  const vectors = cases.filter(({ steps }) => steps.length > 0);
  for (const { name, steps } of vectors) {
    if (steps.at(-1)?.kind !== 'calls') throw new Error(`${name}: the last block of a case must be its calls`);
  }
  return vectors;
}

function newCase(name: string): OpenCase {
  return { name, role: 'server', settings: {}, ignore: [], steps: [] };
}

function addSetting(open: OpenCase, key: string, value: string): void {
  if (key === 'role') {
    if (value !== 'server' && value !== 'client') throw new Error(`${open.name}: a role is server or client, not ${value}`);
    open.role = value;
  } else if (key === 'ignore') {
    open.ignore.push(...value.split(/[ ,]+/));
  } else {
    const number = Number(value);
    open.settings[key.slice('set '.length)] = Number.isNaN(number)
      ? value === 'true' || value === 'false'
        ? value === 'true'
        : value
      : number;
  }
}

function parseStep(words: string, lines: readonly string[], where: string): VectorStep {
  const text = lines.join('\n');
  switch (words) {
    case 'hex':
      return { kind: 'read', bytes: parseHex(text) };
    case 'http':
      return { kind: 'read', bytes: parseLines(text) };
    case 'hex forward':
      return { kind: 'forward', bytes: parseHex(text) };
    case 'http forward':
      return { kind: 'forward', bytes: parseLines(text) };
    case 'do':
    case 'calls':
      return { kind: words, lines: lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('# ')) };
    default:
      throw new Error(`${where}: a block is http, hex, http forward, hex forward, do or calls, not ${words || 'nothing'}`);
  }
}
