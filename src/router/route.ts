import type { Regex } from '../base/regex.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { Condition } from './condition.ts';

/** A route made ready: what its place in a table does not say already. */
export interface Route<T, Subject> {
  /** Its place among the routes of its virtual host: the least of those that match wins. */
  readonly order: number;
  /** What must be found in the path. */
  readonly path: Regex | undefined;
  readonly conditions: readonly Condition[];
  /** Asked after them. */
  readonly holds: ((subject: Subject) => boolean) | undefined;
  readonly value: T;
}

/** The first of `routes`, which are in order, that comes before `limit` and of which everything holds. */
export function firstThatHolds<T, Subject>(
  routes: readonly Route<T, Subject>[],
  path: string,
  head: RequestHead,
  subject: Subject,
  limit: number,
): Route<T, Subject> | undefined {
  for (const route of routes) {
    if (route.order >= limit) return undefined;
    if (holds(route, path, head, subject)) return route;
  }
  return undefined;
}

function holds<T, Subject>(route: Route<T, Subject>, path: string, head: RequestHead, subject: Subject): boolean {
  for (const condition of route.conditions) if (!condition.holds(head)) return false;
  if (route.path !== undefined && !route.path.test(path)) return false;
  return route.holds === undefined || route.holds(subject);
}
