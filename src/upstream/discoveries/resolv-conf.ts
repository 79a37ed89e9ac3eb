import { isIP } from 'node:net';
import { DEFAULT_NDOTS, type NameServers } from './resolver.ts';

/**
 * Reads a file like /etc/resolv.conf (resolv.conf(5)). Lines and options that mean nothing here are passed over, as every reader of such
 * files does. `port`: of all its servers, for they have none there.
 */
export function parseResolvConf(text: string, port: number): NameServers {
  const servers: string[] = [];
  let search: readonly string[] = [];
  let ndots = DEFAULT_NDOTS;
  let timeoutMs: number | undefined;
  let attempts: number | undefined;
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = line.trim().split(/\s+/);
    const [first] = values;
    // One with a zone (fe80::1%eth0) cannot be handed to Node's resolver.
    if (keyword === 'nameserver' && isIP(first ?? '') !== 0 && !first!.includes('%')) servers.push(serverAt(first!, port));
    // Of both keywords the last one counts.
    else if (keyword === 'search' || keyword === 'domain') search = keyword === 'search' ? values : values.slice(0, 1);
    else if (keyword === 'options') {
      for (const option of values) {
        const [, name, digits] = /^(ndots|timeout|attempts):(\d+)$/.exec(option) ?? [];
        if (name === 'ndots') ndots = Number(digits);
        if (name === 'timeout') timeoutMs = Number(digits) * 1000;
        if (name === 'attempts') attempts = Number(digits);
      }
    }
  }
  return { servers, search, ndots, timeoutMs: timeoutMs || undefined, attempts: attempts || undefined };
}

/** `port` is that of a server which names none. */
export function serverAt(server: string, port: number): string {
  if (server.startsWith('[')) return server.endsWith(']') ? `${server}:${port}` : server;
  const colons = server.split(':').length - 1;
  if (colons === 1) return server;
  return colons === 0 ? `${server}:${port}` : `[${server}]:${port}`;
}
