import { isAuthority } from './authority.ts';
import { LOWER } from './tables.ts';

/** A request target that is not in origin-form (RFC 9112 section 3.2): what it says besides the path. */
export interface Target {
  readonly scheme: string | undefined;
  /** undefined: as the Host field says. */
  readonly authority: string | undefined;
  readonly path: string;
}

export const SLASH = 0x2f;
const QUESTION = 0x3f;
const ASTERISK = 0x2a;

const SCHEMES: readonly (readonly [scheme: string, prefix: Uint8Array])[] = [
  ['http', Buffer.from('http://')],
  ['https', Buffer.from('https://')],
];

/** Of a target that does not begin with a slash. undefined: it is not valid for this method. */
export function readTarget(head: Buffer, from: number, to: number, method: string): Target | undefined {
  // Section 3.2.3: CONNECT takes authority-form and no other.
  if (method === 'CONNECT') {
    if (!isAuthority(head, from, to, false, true)) return undefined;
    return { scheme: undefined, authority: head.toString('latin1', from, to), path: '' };
  }
  // Section 3.2.4: `*` is for the server as a whole.
  if (to - from === 1 && head[from] === ASTERISK) {
    return method === 'OPTIONS' ? { scheme: undefined, authority: undefined, path: '*' } : undefined;
  }
  for (const [scheme, prefix] of SCHEMES) {
    let same = 0;
    while (same < prefix.length && LOWER[head[from + same]!] === prefix[same]) same++;
    if (same === prefix.length && from + same <= to) return absoluteForm(head, from + same, to, scheme, method);
  }
  return undefined;
}

/** Section 3.2.2. */
function absoluteForm(head: Buffer, from: number, to: number, scheme: string, method: string): Target | undefined {
  let end = from;
  while (end < to && head[end] !== SLASH && head[end] !== QUESTION) end++;
  if (!isAuthority(head, from, end, false, false)) return undefined;
  const rest = head.toString('latin1', end, to);
  // Section 3.2.4: an OPTIONS for an empty path is one for the server, for whoever gets it in origin-form.
  const path = rest === '' && method === 'OPTIONS' ? '*' : rest.startsWith('/') ? rest : `/${rest}`;
  return { scheme, authority: head.toString('latin1', from, end), path };
}
