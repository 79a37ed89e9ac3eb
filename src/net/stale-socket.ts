import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { errorCode } from './socket-fault.ts';

/**
 * Removes the file that a process left behind which did not end well: only a socket, and only when nobody answers on it.
 * Otherwise says why not.
 */
export async function removeStaleSocket(path: string): Promise<string | undefined> {
  try {
    if (!(await lstat(path)).isSocket()) return `${path} exists and is not a socket; remove it, or configure another path`;
    if (await answers(path)) return `socket ${path} is in use; stop the program that listens there, or configure another path`;
    await unlink(path);
    return undefined;
  } catch (error) {
    // Gone meanwhile is as good as removed.
    return errorCode(error) === 'ENOENT' ? undefined : `socket ${path} is left over and cannot be removed: ${String(error)}`;
  }
}

/** Whatever is not a plain refusal (no permission, a full backlog) is taken for a sign of life. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(errorCode(error) !== 'ECONNREFUSED'));
  });
}
