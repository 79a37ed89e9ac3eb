/** One at a time, among all test processes of this machine: for what there is only one of, a folder to build in or a fixed port. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** How often a lock is looked at that somebody else has, in milliseconds. */
const LOOK_MS = 50;

function holderIsAlive(file: string): boolean {
  try {
    process.kill(Number(readFileSync(file, 'latin1')), 0);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It has just been given back, or whoever had it is gone.
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw error;
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Waits until nobody has the lock of that name, and resolves with a function that gives it back. The end of this process does, too. */
export async function lock(name: string): Promise<() => void> {
  const file = join(tmpdir(), `meshloom-${name}.lock`);
  while (!take(file)) {
    if (!holderIsAlive(file)) rmSync(file, { force: true });
    else await wait(LOOK_MS);
  }
  const release = (): void => rmSync(file, { force: true });
  process.once('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}
