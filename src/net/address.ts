/** Where to listen, or whom to call. */
export type Address = IpAddress | UnixAddress;

export interface IpAddress {
  /** An IPv4 or IPv6 address, or a name. '' is every address of this machine. */
  readonly host: string;
  readonly port: number;
}

export interface UnixAddress {
  readonly path: string;
}

/** What fits into `sockaddr_un` on Linux with its closing zero; longer paths would be cut off silently. */
const MAX_UNIX_PATH_BYTES = 107;

const MAX_PORT = 65_535;

/** `1.2.3.4:80`, `[::1]:80`, `name:80`, `:80`, `/path/of.sock` or `unix:path`; otherwise one line that says what is wrong with it. */
export function parseAddress(text: string): Address | string {
  if (text.startsWith('unix:')) return parsePath(text.slice('unix:'.length));
  if (text.startsWith('/')) return parsePath(text);
  const colon = text.lastIndexOf(':');
  if (colon < 0) return `"${text}" has no port: write host:port, or the path of a Unix socket`;
  const port = parsePort(text.slice(colon + 1));
  if (port === undefined) return `"${text}" has no port from 0 to ${MAX_PORT} after its last colon`;
  const host = text.slice(0, colon);
  if (host.startsWith('[') && host.endsWith(']')) return { host: host.slice(1, -1), port };
  if (host.includes(':')) return `"${text}" is ambiguous: write an IPv6 address in brackets, as in [::1]:80`;
  return { host, port };
}

/** The text that `parseAddress` understands. */
export function formatAddress(address: Address): string {
  return 'path' in address ? formatPath(address.path) : formatHostAndPort(address.host, address.port);
}

/** `ip:port`, `[ip]:port`; an IPv4 address that came in through an IPv6 socket (RFC 4291 section 2.5.5.2) is shown as what it is. */
export function formatHostAndPort(host: string, port: number): string {
  if (host.startsWith('::ffff:') && host.includes('.')) return `${host.slice('::ffff:'.length)}:${port}`;
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function formatPath(path: string): string {
  return path.startsWith('/') ? path : `unix:${path}`;
}

function parsePath(path: string): UnixAddress | string {
  if (path === '') return 'the path of a Unix socket is empty';
  if (path.includes('\0')) return 'the path of a Unix socket contains a NUL character';
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_UNIX_PATH_BYTES) return `the path of a Unix socket has at most ${MAX_UNIX_PATH_BYTES} bytes, "${path}" has ${bytes}`;
  return { path };
}

function parsePort(digits: string): number | undefined {
  if (!/^\d{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  return port <= MAX_PORT ? port : undefined;
}
