import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { until } from './deadline.ts';

/**
 * Loopback ports that nobody listens on now. They are taken together, so that all of them differ.
 * Another process may take one before it is used; the kernel hands out ports at random, so that this hardly ever happens.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

export async function freePort(): Promise<number> {
  return (await freePorts(1))[0]!;
}

/** Whether a TCP connection to that port of 127.0.0.1 is accepted. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

export function untilListening(port: number, who: string, milliseconds?: number): Promise<void> {
  return until(() => isListening(port), `${who} listening on ${port}`, milliseconds);
}
