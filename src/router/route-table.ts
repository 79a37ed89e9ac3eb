import { type Regex, regex } from '../base/regex.ts';
import type { RequestHead } from '../protocol/head.ts';
import { conditionsOf, EqualCondition } from './condition.ts';
import type { ReadField } from './field.ts';
import { mayHaveUpperCase, routingPath } from './path.ts';
import { PrefixTree } from './prefix-tree.ts';
import { firstThatHolds, holds, type Route } from './route.ts';
import type { ReportProblem, RouteSpec } from './spec.ts';

/**
 * The routes of one virtual host. Each stands in one index, by the most telling thing that it asks for; a look-up takes the best of
 * what the indexes offer, which is the first in the order of the configuration.
 */
export class RouteTable<T> {
  private readonly exact = new Map<string, Route<T>[]>();
  private readonly prefixes = new PrefixTree<T>();
  private readonly fields = new Map<string, FieldIndex<T>>();
  private readonly fieldList: FieldIndex<T>[] = [];
  /** Those that cannot be looked up, in order. */
  private readonly scanned: ScannedRoute<T>[] = [];
  /** The very first route takes every path: nothing else needs to be looked at. */
  private readonly catchAll: T | undefined;

  constructor(specs: readonly RouteSpec<T>[], path: string, report: ReportProblem) {
    for (const [order, spec] of specs.entries()) this.add(spec, order, `${path}[${order}].match`, report);
    const first = specs[0];
    const catchesAll = first?.match.prefix === '/' && !first.match.headers?.length && !first.match.queryParameters?.length;
    this.catchAll = catchesAll ? first.value : undefined;
  }

  match(head: RequestHead): T | undefined {
    if (this.catchAll !== undefined && head.path.charCodeAt(0) === SLASH) return this.catchAll;
    const path = routingPath(head);
    let best = this.prefixes.first(path, head, Number.POSITIVE_INFINITY);
    if (this.exact.size > 0) {
      let routes = this.exact.get(path);
      if (routes === undefined && mayHaveUpperCase(path)) routes = this.exact.get(path.toLowerCase());
      if (routes !== undefined) best = firstThatHolds(routes, head, limitOf(best)) ?? best;
    }
    for (const index of this.fieldList) {
      const value = index.read(head);
      const routes = value === undefined ? undefined : index.routes.get(value);
      if (routes !== undefined) best = firstThatHolds(routes, head, limitOf(best)) ?? best;
    }
    for (const route of this.scanned) {
      if (route.order >= limitOf(best)) break;
      if ((route.path === undefined || route.path.test(path)) && holds(route, head)) return route.value;
    }
    return best?.value;
  }

  private add(spec: RouteSpec<T>, order: number, path: string, report: ReportProblem): void {
    const { match, value } = spec;
    const conditions = conditionsOf(match, path, report);
    let pattern: Regex | undefined;
    if (match.regex && !match.prefix && !match.path) {
      const compiled = regex(match.regex);
      if (typeof compiled === 'string') {
        report(`${path}.regex`, compiled);
        return;
      }
      pattern = compiled;
    }
    if (conditions === undefined) return;
    const route: Route<T> = { order, conditions, value };
    if (match.prefix) {
      this.prefixes.add(match.prefix, route);
    } else if (match.path) {
      append(this.exact, match.path.toLowerCase(), route);
    } else {
      const equal = conditions.find((condition) => condition instanceof EqualCondition && condition.field !== undefined);
      if (pattern === undefined && equal instanceof EqualCondition) append(this.fieldIndex(equal).routes, equal.value, route);
      else this.scanned.push({ ...route, path: pattern });
    }
  }

  private fieldIndex(condition: EqualCondition): FieldIndex<T> {
    const field = condition.field ?? '';
    let index = this.fields.get(field);
    if (index === undefined) {
      index = { read: condition.read, routes: new Map() };
      this.fields.set(field, index);
      this.fieldList.push(index);
    }
    return index;
  }
}

const SLASH = 0x2f;

/** Routes that ask for one value of one field. */
interface FieldIndex<T> {
  readonly read: ReadField;
  readonly routes: Map<string, Route<T>[]>;
}

interface ScannedRoute<T> extends Route<T> {
  readonly path: Regex | undefined;
}

function limitOf<T>(best: Route<T> | undefined): number {
  return best === undefined ? Number.POSITIVE_INFINITY : best.order;
}

function append<T>(routes: Map<string, Route<T>[]>, key: string, route: Route<T>): void {
  const list = routes.get(key);
  if (list === undefined) routes.set(key, [route]);
  else list.push(route);
}
