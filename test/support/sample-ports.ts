/** The ports that the samples' files name. There is one of each on a machine. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Child } from './child.ts';
import { until } from './deadline.ts';
import { lock } from './lock.ts';
import { startMeshloomFile } from './meshloom.ts';

/**
 * Longer than Linux remembers a connection that has ended (60 s): 34902 is one of the ports from which connections go out, and nobody can
 * listen there as long as the kernel remembers one that did.
 */
const FREE_MS = 90_000;

async function canListen(port: number): Promise<boolean> {
  const server = createServer().listen(port);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  await once(server.close(), 'close');
  return true;
}

/** Waits until somebody could listen on each of them. */
export async function untilFree(ports: readonly number[]): Promise<void> {
  for (const port of ports) await until(() => canListen(port), `port ${port} to be free`, FREE_MS);
}

/** Keeps other tests from all samples' ports until the function is called that it resolves with, and waits until these are free. */
export async function takeSamplePorts(ports: readonly number[]): Promise<() => void> {
  const release = await lock('sample-ports');
  await untilFree(ports);
  return release;
}

/** `startMeshloomFile` with a file of a sample, as soon as its ports are free. */
export async function startSample(file: string, ports: readonly number[]): Promise<Child> {
  await untilFree(ports);
  return startMeshloomFile(file, ports);
}
