import { readdirSync, readFileSync } from 'node:fs';

/** A process and its descendants, from /proc. Of a process that is gone, nothing. */
export function processFamily(pid: number): number[] {
  const children: number[] = [];
  try {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').trim();
      if (text !== '') children.push(...text.split(' ').map(Number));
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return [];
    throw error;
  }
  return [pid, ...children.flatMap(processFamily)];
}

/** Ends a process and its descendants by force: a master that is killed alone leaves its workers behind. */
export function killFamily(pid: number): void {
  for (const member of processFamily(pid)) {
    try {
      process.kill(member, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
