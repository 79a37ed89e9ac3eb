import type { Host } from '../host.ts';

/** Whether a picker may take this host: it is well but for what is overlooked, and this request has not been there yet. */
export function eligible(host: Host, tried: readonly Host[], overlook: number): boolean {
  return host.fit(overlook) && (tried.length === 0 || !tried.includes(host));
}

/** The first eligible host at or after `start`, going round: what a picker falls back to when its own choice is not eligible. */
export function firstFrom(hosts: readonly Host[], start: number, tried: readonly Host[], overlook: number): Host | undefined {
  for (let step = 0; step < hosts.length; step++) {
    const host = hosts[(start + step) % hosts.length]!;
    if (eligible(host, tried, overlook)) return host;
  }
  return undefined;
}
