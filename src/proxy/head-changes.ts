import type { Regex } from '../base/regex.ts';
import type { Substitution } from '../base/substitution.ts';
import type { Exchange } from '../filter/filter.ts';
import type { Fields } from '../protocol/fields.ts';
import type { RequestHead } from '../protocol/head.ts';
import { canonicalPath, escapedPath, rewritablePath, routingPath } from '../router/path.ts';

/** A field that is added. `value` is called once a message, for it may speak of the exchange. */
export interface FieldAddition {
  readonly name: string;
  value(exchange: Exchange): string;
  /** Keep fields of the same name that are there. */
  readonly append: boolean;
}

/** Fields that are added and taken away, in that order: what is named in both is gone (MOSN; Envoy does it the other way round). */
export interface FieldChanges {
  readonly remove: readonly string[];
  readonly add: readonly FieldAddition[];
}

/** What a route does to the path. */
export type PathRewrite = (request: RequestHead) => string;

export const NO_CHANGES: FieldChanges = { remove: [], add: [] };

export function changeFields(fields: Fields, changes: FieldChanges, exchange: Exchange): void {
  for (const { name, value, append } of changes.add) {
    if (append) fields.append(name, value(exchange));
    else fields.set(name, value(exchange));
  }
  for (const name of changes.remove) fields.delete(name);
}

/** The prefix that was matched gives way to another; what follows it stays (MOSN's `prefix_rewrite`). */
export function prefixRewrite(prefix: string, replacement: string): PathRewrite {
  return (request) => {
    let path = rewritablePath(request);
    if (!path.startsWith(prefix)) path = canonicalPath(path);
    if (path.startsWith(prefix)) return replacement + path.slice(prefix.length) + queryOf(request);
    // A prefix that must be escaped has matched: what is rewritten is what was matched.
    const matched = routingPath(request);
    if (!matched.startsWith(prefix)) return request.path;
    return replacement + escapedPath(matched.slice(prefix.length)) + queryOf(request);
  };
}

/** The same where all of the path was matched. */
export function wholeRewrite(replacement: string): PathRewrite {
  return (request) => replacement + queryOf(request);
}

/** All matches in the path give way; the query stays as it is (MOSN's `regex_rewrite`). */
export function regexRewrite(regex: Regex, substitution: Substitution): PathRewrite {
  return (request) => regex.replaceAll(rewritablePath(request), substitution) + queryOf(request);
}

/** The query with its question mark. */
function queryOf({ path }: RequestHead): string {
  const query = path.indexOf('?');
  return query < 0 ? '' : path.slice(query);
}

/** Another path, and the one that the client asked for in a field of its own, as Envoy and MOSN leave it. */
export function rewritePath(request: RequestHead, rewrite: PathRewrite): void {
  const before = request.path;
  const after = rewrite(request);
  if (after === before) return;
  request.fields.set('x-mosn-original-path', before);
  request.path = after;
}
