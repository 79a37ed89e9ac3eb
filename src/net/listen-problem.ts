import { type Address, formatAddress } from './address.ts';
import { errorCode } from './socket-fault.ts';

/** Outgoing connections get their ports from here on, as Linux is set by default (`net.ipv4.ip_local_port_range`). */
const FIRST_EPHEMERAL_PORT = 32768;

/**
 * Whoever finds no program on the port meets this: the kernel gave it to an outgoing connection, which keeps it for a minute after its end.
 * MOSN's samples have their admin API on such ports.
 */
function ephemeralPortHint(address: Address): string {
  if ('path' in address || address.port < FIRST_EPHEMERAL_PORT) return '';
  return ` (an outgoing connection may have had it until a minute ago: net.ipv4.ip_local_reserved_ports keeps a port from them)`;
}

/** Why nobody can listen at the address, and what to do about it, in one line. */
export function listenProblem(error: Error, address: Address): string {
  const text = formatAddress(address);
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `port ${text} is in use; stop the program that listens there, or configure another port${ephemeralPortHint(address)}`;
    case 'EADDRNOTAVAIL':
      return `no interface of this machine has the address of ${text}; configure one that it has, or 0.0.0.0 for all`;
    case 'EACCES':
    case 'EPERM':
      return 'path' in address
        ? `no permission to make the socket ${text}; configure a path in a directory that this user may write to`
        : `no permission to listen on ${text}; configure a port above 1023, or grant CAP_NET_BIND_SERVICE`;
    case 'ENOENT':
      return `the directory of ${text} does not exist; create it, or configure another path`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name in ${text} has no address; configure an IP address`;
    default:
      return `cannot listen on ${text}: ${error.message}`;
  }
}
