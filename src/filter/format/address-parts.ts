/** The address in `ip:port`, `[ip]:port`, `[ip]` or `ip`; of a Unix socket its path. */
export function hostOf(address: string): string {
  if (address.startsWith('/')) return address;
  if (address.startsWith('[')) return address.slice(1, Math.max(1, address.indexOf(']')));
  const colon = address.indexOf(':');
  // Several colons without brackets: an IPv6 address without a port.
  return colon < 0 || address.includes(':', colon + 1) ? address : address.slice(0, colon);
}

/** In digits; undefined for a Unix socket. */
export function portOf(address: string): string | undefined {
  return /:(\d+)$/.exec(address)?.[1];
}
