/** What a process and its children have cost, from /proc. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { processFamily } from './process-family.ts';

/** The time on the processor of all threads that live, in nanoseconds as the scheduler counts it. */
function scheduledNanoseconds(pid: number): number {
  let sum = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]);
  }
  return sum;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'latin1' }));

/** User and system time in nanoseconds at the kernel's tick precision (10 ms): for kernels without schedstat. */
function tickNanoseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name, in parentheses, may hold blanks. Of what follows it, user and system time are fields 12 and 13.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1e9) / ticksPerSecond;
}

/** Processor time of the process and its descendants so far, in nanoseconds. */
export function processorNanoseconds(pid: number): number {
  const members = processFamily(pid);
  try {
    const sum = members.reduce((total, member) => total + scheduledNanoseconds(member), 0);
    if (sum > 0) return sum;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return members.reduce((total, member) => total + tickNanoseconds(member), 0);
}

/** Resident memory of the process and its descendants, in KiB. */
export function residentKib(pid: number): number {
  return processFamily(pid).reduce((total, member) => {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${member}/status`, 'latin1'));
    return total + Number(line?.[1] ?? 0);
  }, 0);
}
