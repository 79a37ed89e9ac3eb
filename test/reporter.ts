/**
 * What a run of all tests prints: a line for every file, below it what failed in it, and at the very end what was skipped and once more what
 * failed, so that whoever sees a part of a log (that of a CI) sees why it is red.
 */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

interface Tally {
  passed: number;
  milliseconds: number;
  /** What failed, each with its reason. */
  readonly failures: string[];
}

const emptyTally = (): Tally => ({ passed: 0, milliseconds: 0, failures: [] });

const place = (file: string | undefined, line?: number): string => (file ? relative(process.cwd(), file) + (line ? `:${line}` : '') : '');

/** The error that the test itself threw, without the runner's wrapping. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return inspect(cause, { depth: 4 }).replaceAll(/^/gm, '    ');
}

/** A suite fails with each of its tests, which have been told. */
const toldAlready = (error: unknown): boolean => error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed';

function lines(file: string, { passed, milliseconds, failures }: Tally): string {
  const failed = failures.length;
  const counts = `${passed} passed${failed ? `, ${failed} failed` : ''}, ${(milliseconds / 1000).toFixed(1)} s`;
  return `${failed ? 'FAILED' : 'ok'} ${file}: ${counts}\n${failures.join('\n')}`;
}

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  const skipped: string[] = [];
  const failures: string[] = [];
  let current: string | undefined;
  let tally = emptyTally();
  for await (const { type, data } of events) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const file = place(data.file);
    if (file !== current) {
      if (current !== undefined) yield lines(current, tally);
      current = file;
      tally = emptyTally();
    }
    if (data.nesting === 0) tally.milliseconds += data.details.duration_ms;
    if (data.skip !== undefined) {
      skipped.push(`- ${file}: ${data.name} (${data.skip === true ? 'no reason given' : data.skip})\n`);
    } else if (type === 'test:fail') {
      if (toldAlready(data.details.error)) continue;
      const failure = `- ${place(data.file, data.line)}: ${data.name}\n${reason(data.details.error)}\n`;
      tally.failures.push(failure);
      failures.push(failure);
    } else if (data.details.type !== 'suite') {
      passed++;
      tally.passed++;
    }
  }
  if (current !== undefined) yield lines(current, tally);
  if (skipped.length > 0) yield `\nSkipped:\n${skipped.join('')}`;
  if (failures.length > 0) yield `\nFailed:\n${failures.join('\n')}`;
  yield `\n${passed} passed, ${failures.length} failed, ${skipped.length} skipped\n`;
}
