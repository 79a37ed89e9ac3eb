import { type Address, formatAddress } from './address.ts';
import { errorCode } from './socket-fault.ts';

/** Why nobody can listen at the address, and what to do about it, in one line. */
export function listenProblem(error: Error, address: Address): string {
  const text = formatAddress(address);
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return `port ${text} is in use; stop the program that listens there, or configure another port`;
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
