import type { RequestHead } from '../protocol/head.ts';
import { EqualCondition } from './condition.ts';
import type { ReadField } from './field.ts';
import { firstThatHolds, type Route } from './route.ts';

/**
 * Routes whose path asks for the same. Those that want a field to be equal to something are looked up by it: of several such fields by
 * the one whose value the fewest of the routes share, so that `service` tells them apart where `zone` is the same for all.
 */
export class RouteList<T, Subject> {
  /** The order of the first. */
  readonly least: number;
  private readonly indexes: readonly FieldIndex<T, Subject>[];
  /** Those that cannot be looked up, in order. */
  private readonly scanned: readonly Route<T, Subject>[];

  /** `routes` are in order. */
  constructor(routes: readonly Route<T, Subject>[]) {
    this.least = routes[0]?.order ?? Number.POSITIVE_INFINITY;
    const sharers = countSharers(routes);
    const indexes = new Map<string, FieldIndex<T, Subject>>();
    const scanned: Route<T, Subject>[] = [];
    for (const route of routes) {
      const rarest = rarestOf(equalities(route), sharers);
      if (rarest === undefined) scanned.push(route);
      else indexFor(indexes, rarest).add(rarest.value, route);
    }
    this.indexes = [...indexes.values()];
    this.scanned = scanned;
  }

  /** The first route before `limit` of which everything holds. */
  first(path: string, head: RequestHead, subject: Subject, limit: number): Route<T, Subject> | undefined {
    let found: Route<T, Subject> | undefined;
    for (const index of this.indexes) {
      const routes = index.find(head);
      const route = routes === undefined ? undefined : firstThatHolds(routes, path, head, subject, limit);
      if (route !== undefined) {
        found = route;
        limit = route.order;
      }
    }
    return firstThatHolds(this.scanned, path, head, subject, limit) ?? found;
  }
}

/** Routes by the value of one field. */
class FieldIndex<T, Subject> {
  private readonly read: ReadField;
  private readonly routes = new Map<string, Route<T, Subject>[]>();

  constructor(read: ReadField) {
    this.read = read;
  }

  add(value: string, route: Route<T, Subject>): void {
    const list = this.routes.get(value);
    if (list === undefined) this.routes.set(value, [route]);
    else list.push(route);
  }

  find(head: RequestHead): readonly Route<T, Subject>[] | undefined {
    const value = this.read(head);
    return value === undefined ? undefined : this.routes.get(value);
  }
}

function indexFor<T, Subject>(indexes: Map<string, FieldIndex<T, Subject>>, { field = '', read }: EqualCondition): FieldIndex<T, Subject> {
  let index = indexes.get(field);
  if (index === undefined) {
    index = new FieldIndex(read);
    indexes.set(field, index);
  }
  return index;
}

function equalities({ conditions }: Route<unknown, never>): readonly EqualCondition[] {
  return conditions.filter((condition) => condition instanceof EqualCondition).filter(({ field }) => field !== undefined);
}

const pair = ({ field, value }: EqualCondition): string => `${field}\n${value}`;

/** How many routes want the same of the same field. */
function countSharers(routes: readonly Route<unknown, never>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const route of routes) for (const equal of equalities(route)) counts.set(pair(equal), (counts.get(pair(equal)) ?? 0) + 1);
  return counts;
}

function rarestOf(equal: readonly EqualCondition[], sharers: ReadonlyMap<string, number>): EqualCondition | undefined {
  let rarest: EqualCondition | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const condition of equal) {
    const count = sharers.get(pair(condition)) ?? 0;
    if (count < fewest) {
      rarest = condition;
      fewest = count;
    }
  }
  return rarest;
}
