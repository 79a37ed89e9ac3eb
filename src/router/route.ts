import type { RequestHead } from '../protocol/head.ts';
import type { Condition } from './condition.ts';

/** A route made ready: what its place in a table does not say already. */
export interface Route<T> {
  /** Its place among the routes of its virtual host: the least of those that match wins. */
  readonly order: number;
  readonly conditions: readonly Condition[];
  readonly value: T;
}

export function holds<T>(route: Route<T>, head: RequestHead): boolean {
  for (const condition of route.conditions) if (!condition.holds(head)) return false;
  return true;
}

/** The first of `routes`, which are in order, that comes before `limit` and whose conditions hold. */
export function firstThatHolds<T>(routes: readonly Route<T>[], head: RequestHead, limit: number): Route<T> | undefined {
  for (const route of routes) {
    if (route.order >= limit) return undefined;
    if (holds(route, head)) return route;
  }
  return undefined;
}
