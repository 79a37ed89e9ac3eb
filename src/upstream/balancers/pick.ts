import type { Host } from '../host.ts';

/** Whether a picker may take this host: it is well, and this request has not been there yet. */
export function eligible(host: Host, tried: readonly Host[]): boolean {
  return host.healthy && (tried.length === 0 || !tried.includes(host));
}

/** The first eligible host at or after `start`, going round: what a picker falls back to when its own choice is not eligible. */
export function firstFrom(hosts: readonly Host[], start: number, tried: readonly Host[]): Host | undefined {
  for (let step = 0; step < hosts.length; step++) {
    const host = hosts[(start + step) % hosts.length]!;
    if (eligible(host, tried)) return host;
  }
  return undefined;
}
