import type { RequestHead } from '../protocol/head.ts';
import type { PathRewrite } from './head-changes.ts';

/** Where a client is sent. What is not named stays as it was. */
export interface RedirectTarget {
  readonly scheme?: string | undefined;
  /** With its port, if any. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Makes another path, with its query, of the one that was asked for. */
  readonly path?: PathRewrite | undefined;
  readonly stripQuery?: boolean | undefined;
}

/** The URI for the field Location (RFC 9110 section 10.2.2). A port that belongs to the scheme that was asked for goes with it. */
export function redirectLocation(request: RequestHead, { scheme, host, port, path, stripQuery }: RedirectTarget): string {
  const newScheme = scheme ?? request.scheme;
  let authority = host ?? request.authority;
  if (port !== undefined) authority = `${authority.replace(PORT, '')}:${port}`;
  else if (newScheme !== request.scheme && host === undefined) authority = withoutDefaultPort(authority, request.scheme);
  const target = path === undefined ? request.path : path(request);
  return `${newScheme}://${authority}${stripQuery === true ? target.replace(/\?.*$/s, '') : target}`;
}

/** A path for every request, which keeps its query unless the path has one (Envoy's rule, and MOSN's but for that). */
export function fixedPath(path: string): PathRewrite {
  if (path.includes('?')) return () => path;
  return (request) => {
    const query = request.path.indexOf('?');
    return query < 0 ? path : path + request.path.slice(query);
  };
}

/** Not the end of an IPv6 address, which has a bracket behind it. */
const PORT = /:\d*$/;

function withoutDefaultPort(authority: string, scheme: string): string {
  const port = scheme === 'https' ? ':443' : ':80';
  return authority.endsWith(port) ? authority.slice(0, -port.length) : authority;
}
