/**
 * Runs the built tests with node's own runner: `node dist/test/run.js [PART...]`, where a PART is a piece of a test file's path
 * (`unit`, `protocols/http1`, `interop`). Without one, all of them. Node 20 has no globs of its own.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('..', import.meta.url));

function testFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.js'))
      .map((name) => join(folder, name))
      // What was built from a source that has moved or gone is not a test any more.
      .filter((file) => existsSync(join(dist, '..', relative(dist, file)).replace(/\.js$/, '.ts')))
  );
}

const parts = process.argv.slice(2);
const files = ['src', 'protocols', 'test', 'examples', 'bench']
  .flatMap((folder) => testFiles(join(dist, folder)))
  .filter((file) => parts.length === 0 || parts.some((part) => relative(dist, file).includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`no test file matches ${parts.join(', ')}`);
  process.exit(1);
}
const reporter = new URL('reporter.js', import.meta.url).href;
const runner = spawn(
  process.execPath,
  ['--test', `--test-concurrency=${availableParallelism()}`, `--test-reporter=${reporter}`, '--test-reporter-destination=stdout', ...files],
  { stdio: 'inherit' },
);
runner.on('exit', (code) => process.exit(code ?? 1));
