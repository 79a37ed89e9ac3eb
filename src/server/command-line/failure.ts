import { StartError } from '../start-error.ts';
import type { Surroundings } from './surroundings.ts';

/** Why a socket or a file could not be had, by Node's codes. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it already',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOENT: 'there is no such file or folder',
  ENOTFOUND: 'nobody knows that name',
  EMFILE: 'too many files are open (ulimit -n)',
};

/** One line for what the world refused us; undefined for anything else, which is a bug of ours and wants its stack. */
export function failureLine(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const reason = REASONS[String(error.code)] ?? String(error.code);
  const place = placeOf(error);
  return error.syscall === 'listen' || error.syscall === 'bind'
    ? `cannot listen on ${place}: ${reason}`
    : `cannot ${String(error.syscall)} ${place}: ${reason}`;
}

function placeOf(error: object): string {
  if ('address' in error)
    return 'port' in error && Number(error.port) >= 0 ? `${bracketed(String(error.address))}:${error.port}` : String(error.address);
  return 'path' in error ? String(error.path) : '';
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A command that cannot do what it is for: says why, and ends. */
export function fail(error: unknown, surroundings: Surroundings): void {
  surroundings.errors.write(`meshloom: ${inWords(error)}\n`);
  surroundings.exit(1);
}

/** What the world refused us in one line; a bug of ours with its stack. */
export function inWords(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return failureLine(error) ?? `this is a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
