import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { Child, type ChildOptions } from '../../test/support/child.ts';
import { findTool } from '../../test/support/tools.ts';

/** The proxy that is measured has a core of its own. Load generator and backend share the other one. */
export const PROXY_CORE = 0;
export const LOAD_CORE = 1;

/** Asked for before this process is bound to one. */
const availableCores = availableParallelism();

/** Whether processes can be bound to cores here. Without that the figures are noisier. */
export const canPin = findTool('taskset') !== undefined && availableCores > 1;

/** Starts a command that runs on one core only. */
export function startPinned(core: number, name: string, command: readonly string[], options?: ChildOptions): Child {
  const [file, ...args] = canPin ? [findTool('taskset')!, '-c', String(core), ...command] : command;
  return new Child(name, file!, args, options);
}

/** Binds this process with all its threads to one core, and what it starts, until the function is called that it returns. */
export function pinThisProcess(core: number): () => void {
  const bind = (cores: string): void => {
    if (canPin) execFileSync(findTool('taskset')!, ['--all-tasks', '--cpu-list', '--pid', cores, String(process.pid)], { stdio: 'ignore' });
  };
  bind(String(core));
  return () => bind(`0-${availableCores - 1}`);
}
