import { readdirSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { isRecord } from '../../base/schema/json.ts';
import { type Problem, Report } from '../../base/schema/report.ts';
import { readFile, whyUnreadable } from './document.ts';

/** A document with what its folders hold. */
export interface Gathered {
  readonly document: unknown;
  /** What cannot be read, each in its file. */
  readonly problems: readonly Problem[];
  /** A problem at a place that was read from a file is one of that file. */
  locate(problem: Problem): Problem;
}

/** MOSN's keys that name a folder with a file for each item of a list, and the lists. */
const FOLDERS: readonly { readonly steps: readonly string[]; readonly key: string; readonly list: string }[] = [
  { steps: ['servers', 'routers'], key: 'router_configs', list: 'virtual_hosts' },
  { steps: ['cluster_manager'], key: 'clusters_configs', list: 'clusters' },
];

/** As everywhere in MOSN, the name says how a file is written; what has another name is no configuration. */
const READABLE = new Set(['.json', '.yaml', '.yml']);

/** Puts what stands in `router_configs` and `clusters_configs` where it belongs. Relative folders start from `base`. Never throws. */
export function gatherFolders(document: unknown, base: string): Gathered {
  const gathering = new Gathering(base);
  let gathered = document;
  for (const { steps, key, list } of FOLDERS) {
    gathered = changed(gathered, steps, new Report(), (section, report) => gathering.fill(section, key, list, report));
  }
  return { document: gathered, problems: gathering.problems, locate: (problem) => gathering.locate(problem) };
}

type Section = Readonly<Record<string, unknown>>;

/** The document with every section that these steps lead to changed, and nothing of the old one touched. Lists count as no step. */
function changed(value: unknown, steps: readonly string[], report: Report, change: (section: Section, report: Report) => Section): unknown {
  if (Array.isArray(value)) return value.map((each: unknown, index) => changed(each, steps, report.at(index), change));
  if (!isRecord(value)) return value;
  const [step, ...rest] = steps;
  if (step === undefined) return change(value, report);
  const key = keyOf(value, step);
  return key === undefined ? value : { ...value, [key]: changed(value[key], rest, report.at(key), change) };
}

/** Keys are found by their exact spelling, or else without regard to case. */
function keyOf(section: Section, key: string): string | undefined {
  return Object.hasOwn(section, key) ? key : Object.keys(section).find((each) => each.toLowerCase() === key);
}

class Gathering {
  readonly problems: Problem[] = [];
  private readonly base: string;
  /** By the path of the item. */
  private readonly files = new Map<string, string>();

  constructor(base: string) {
    this.base = base;
  }

  fill(section: Section, key: string, list: string, report: Report): Section {
    const named = keyOf(section, key);
    const folder = named === undefined ? undefined : section[named];
    // Whatever else stands there is for the schema to judge.
    if (named === undefined || typeof folder !== 'string' || folder === '') return section;
    const here = keyOf(section, list);
    const items = here === undefined ? undefined : section[here];
    // Nor may both be there.
    if (Array.isArray(items) && items.length > 0) return section;
    const { [named]: _, ...others } = section;
    return { ...others, [here ?? list]: this.readFolder(resolve(this.base, folder), report.at(named).path, report.at(here ?? list)) };
  }

  locate(problem: Problem): Problem {
    const { path } = problem;
    // An item's path ends with its index.
    for (let end = path.indexOf(']'); end >= 0; end = path.indexOf(']', end + 1)) {
      const file = this.files.get(path.slice(0, end + 1));
      if (file !== undefined) return { ...problem, file, path: path.slice(end + 1).replace(/^\./, '') };
    }
    return problem;
  }

  private readFolder(folder: string, path: string, report: Report): readonly unknown[] {
    const items: unknown[] = [];
    for (const file of this.filesOf(folder, path)) {
      const { value, problems } = readFile(file);
      for (const problem of problems) this.problems.push({ ...problem, file });
      if (value === undefined) continue;
      this.files.set(report.at(items.length).path, file);
      items.push(value);
    }
    return items;
  }

  /** In the order of their names, so that every start is the same. */
  private filesOf(folder: string, path: string): readonly string[] {
    try {
      const names = readdirSync(folder).filter((name) => READABLE.has(extname(name).toLowerCase()));
      return names.sort().map((name) => join(folder, name));
    } catch (thrown) {
      const message = `names the folder ${JSON.stringify(folder)}, which cannot be read: ${whyUnreadable(thrown)}`;
      this.problems.push({ severity: 'error', path, message });
      return [];
    }
  }
}
