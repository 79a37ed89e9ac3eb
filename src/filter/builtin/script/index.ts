import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { optional, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { anything, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { answer } from '../../answer.ts';
import { type Filter, HOLD } from '../../filter.ts';
import type { FilterKind, FilterSurroundings } from '../../filter-kind.ts';
import { guarded } from '../../guarded.ts';
import { isScript, type MakeScript, type Script } from '../../script.ts';
import { calling } from '../../service-call.ts';
import { FileWatch, versionOf } from './file-watch.ts';
import { rememberScript } from './script-files.ts';

type ScriptSettings = Read<typeof settings>;

const settings = object('Script', "Runs a JavaScript or TypeScript module of the user's as a filter: `script`.", {
  module: required(
    text({ atLeast: 1 }),
    'The file, from the folder of the configuration on. TypeScript where Node.js strips types (from 22.18 on).',
  ),
  settings: optional(anything(), 'What the module is given, whatever that is.'),
});

const kind: FilterKind<ScriptSettings> = { type: 'script', settings, build };
export default kind;

/** @throws Error that says why the module is no filter. */
async function build(own: ScriptSettings, surroundings: FilterSurroundings): Promise<Filter> {
  const path = resolve(surroundings.folder, own.module);
  const version = await versionOf(path);
  const { default: exported } = await load(path, version);
  const script = await made(exported, own, surroundings);
  if (!isScript(script)) throw new Error(`${own.module} has no filter as its default export`);
  const filter = guarded(script, `script ${own.module}`, surroundings.log);
  const watch = new FileWatch(path, version, surroundings.timers, () => surroundings.rebuild(`${own.module} has changed`));
  return { ...filter, retire: () => watch.close() };
}

/** A module is loaded once as long as its file does not change, and again when it does: to Node.js that is another module. */
async function load(path: string, version: string): Promise<{ readonly default?: unknown }> {
  const url = pathToFileURL(path).href;
  rememberScript(url, path);
  // What is no ES module is kept by its path alone.
  delete createRequire(url).cache[path];
  return import(`${url}?version=${version}`);
}

async function made(exported: unknown, { settings: given }: ScriptSettings, surroundings: FilterSurroundings): Promise<unknown> {
  if (typeof exported !== 'function') return exported;
  const { log, timers, ask, hostsOf, random } = surroundings;
  const make = exported as MakeScript;
  const script: Script = await make(given, { log, timers, ask, hostsOf, random, call: calling(ask), answer, HOLD });
  return script;
}
