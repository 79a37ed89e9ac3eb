import type { Host } from '../host.ts';

/** Whether a picker should take this host: it is well, and this request has not been there yet. */
export function eligible(host: Host, tried: readonly Host[]): boolean {
  return host.healthy && (tried.length === 0 || !tried.includes(host));
}

/**
 * The first healthy host at or after `start`, going round; the untried before the tried.
 * What a picker falls back to when its own choice is not eligible.
 */
export function firstFrom(hosts: readonly Host[], start: number, tried: readonly Host[]): Host | undefined {
  let again: Host | undefined;
  for (let step = 0; step < hosts.length; step++) {
    const host = hosts[(start + step) % hosts.length]!;
    if (!host.healthy) continue;
    if (tried.length === 0 || !tried.includes(host)) return host;
    again ??= host;
  }
  return again;
}
