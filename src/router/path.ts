import type { RequestHead } from '../protocol/head.ts';

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;
const QUESTION_MARK = 0x3f;
/** No path has one (RFC 3986 section 3.3), but who parses URIs as browsers do takes it for a slash. */
const BACKSLASH = 0x5c;

/**
 * The path that routes are matched against: without its query, percent-decoded, with single slashes and without dot segments, so that
 * no other spelling of `/admin` gets past a rule for `/admin`. What is sent on is the path as it came.
 *
 * `*` (RFC 9112 section 3.2.4) counts as the path of that name, and a tunnel, which has no path, as `/`: the prefix `/` holds for both.
 * A name that does not begin with a slash is that of an RPC service, and taken as it is.
 */
export function routingPath(head: RequestHead): string {
  const target = head.path;
  if (target.charCodeAt(0) !== SLASH) {
    if (target === '*') return '/*';
    return target === '' && head.upgrade !== '' ? '/' : target;
  }
  let plain = true;
  let previous = 0;
  for (let at = 0; at < target.length; at++) {
    const code = target.charCodeAt(at);
    if (code === QUESTION_MARK) return plain ? target.slice(0, at) : normalized(target.slice(0, at));
    if (code === PERCENT || code === BACKSLASH || (previous === SLASH && (code === SLASH || code === DOT))) plain = false;
    previous = code;
  }
  return plain ? target : normalized(target);
}

/** RFC 3986 section 5.2.4, also in escapes, and with what some take for a slash. */
const DOT_SEGMENT = /(?:[/\\]|%2f|%5c)(?:\.|%2e){1,2}(?:[/\\]|%2f|%5c|$)/i;

/**
 * The path without its query for whoever changes it: as it came, but as routes see it where there are dot segments in it. Otherwise an
 * upstream that takes them out would find another path than the one that was made, as `/admin` in `/public/../admin`.
 */
export function rewritablePath(head: RequestHead): string {
  const query = head.path.indexOf('?');
  const path = query < 0 ? head.path : head.path.slice(0, query);
  return DOT_SEGMENT.test(path) ? canonicalPath(path) : path;
}

/**
 * The one spelling of all that routes take for the same path, given without its query: no escapes but those that must be (RFC 3986 section
 * 6.2.2), and slashes and dots as routes see them.
 */
export function canonicalPath(path: string): string {
  if (path.charCodeAt(0) !== SLASH) return path;
  return withoutDotSegments(path.replaceAll('\\', '/').replace(/%([0-9a-f]{2})?/gi, canonicalEscape));
}

const NEEDS_NO_ESCAPE = /^[\w\-.~/]$/;

/** A percent sign that begins no escape stands for itself. */
function canonicalEscape(escaped: string, digits: string | undefined): string {
  if (digits === undefined) return '%25';
  const letter = String.fromCharCode(Number.parseInt(digits, 16));
  return NEEDS_NO_ESCAPE.test(letter) ? letter : escaped.toUpperCase();
}

/** A decoded path, or the end of one, as it may be sent (RFC 3986 section 3.3). */
export function escapedPath(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/]/gu, (letter) => Buffer.from(letter).toString('hex').toUpperCase().replace(/../g, '%$&'));
}

/** RFC 3986 section 2.4. */
function normalized(path: string): string {
  return withoutDotSegments(path.replaceAll('\\', '/').replace(/(?:%[0-9a-f]{2})+/gi, decoded));
}

function decoded(escapes: string): string {
  return Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8');
}

/** RFC 3986 section 5.2.4, and no empty segments. */
function withoutDotSegments(path: string): string {
  const segments: string[] = [];
  const parts = path.split('/');
  for (const part of parts) {
    if (part === '..') segments.pop();
    else if (part !== '' && part !== '.') segments.push(part);
  }
  const last = parts.at(-1);
  const endsWithSlash = last === '' || last === '.' || last === '..';
  return segments.length === 0 ? '/' : `/${segments.join('/')}${endsWithSlash ? '/' : ''}`;
}

/** Whether `toLowerCase` would change it; true too for letters that only it can tell. */
export function mayHaveUpperCase(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code >= 0x41 && code <= 0x5a) || code > 0x7f) return true;
  }
  return false;
}
