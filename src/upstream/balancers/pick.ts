import type { Host } from '../host.ts';

/**
 * Whether a picker may take this host: it is well, and this request has not been there yet.
 * `panic`: so many hosts are unfit that they are asked too, but for those that have said that they are about to end.
 */
export function eligible(host: Host, tried: readonly Host[], panic: boolean): boolean {
  return (host.healthy || (panic && !host.ending)) && (tried.length === 0 || !tried.includes(host));
}

/** The first eligible host at or after `start`, going round: what a picker falls back to when its own choice is not eligible. */
export function firstFrom(hosts: readonly Host[], start: number, tried: readonly Host[], panic: boolean): Host | undefined {
  for (let step = 0; step < hosts.length; step++) {
    const host = hosts[(start + step) % hosts.length]!;
    if (eligible(host, tried, panic)) return host;
  }
  return undefined;
}
