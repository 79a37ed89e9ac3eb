/** The address of `ip:port` or `[ip]:port`; of a Unix socket its path. */
export function hostOf(address: string): string {
  return address.startsWith('/') ? address : address.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** In digits; undefined for a Unix socket. */
export function portOf(address: string): string | undefined {
  return /:(\d+)$/.exec(address)?.[1];
}
