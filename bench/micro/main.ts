/**
 * `npm run bench:micro [PART...]`: runs the other files of this folder (those whose names contain a PART, if any is given) with the
 * `benchmark` package, and prints what one operation costs. Each file has one default export that adds its cases to a suite.
 */
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import benchmark from 'benchmark';

/** What a file of this folder exports as its default. */
export type AddCases = (suite: benchmark.Suite) => void;

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Runs the cases one after the other. What a case throws is thrown here. */
function run(suite: benchmark.Suite): void {
  suite
    .on('cycle', ({ target }: benchmark.Event) => {
      const { name = '?', hz = 0, stats } = target;
      console.log(`${name.padEnd(56)} ${(1e9 / hz).toFixed(1).padStart(12)} ns  ± ${stats?.rme.toFixed(1)} %`);
    })
    .on('error', ({ target }: benchmark.Event) => {
      throw new Error(`${target.name} failed`, { cause: (target as { error?: unknown }).error });
    })
    .run();
}

const parts = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.js') && name !== 'main.js')
  .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
  .sort();
if (files.length === 0) console.log('no benchmark to run');
for (const file of files) {
  console.log(`# ${file.replace(/\.js$/, '')}`);
  const { default: addCases } = (await import(new URL(file, import.meta.url).href)) as { default: AddCases };
  const suite = new benchmark.Suite();
  addCases(suite);
  run(suite);
}
