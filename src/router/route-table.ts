import { type Regex, regex } from '../base/regex.ts';
import type { RequestHead } from '../protocol/head.ts';
import { conditionsOf } from './condition.ts';
import { mayHaveUpperCase, routingPath } from './path.ts';
import { PrefixTree } from './prefix-tree.ts';
import type { Route } from './route.ts';
import { RouteList } from './route-list.ts';
import type { ReportProblem, RouteMatch, RouteSpec } from './spec.ts';

/**
 * The routes of one virtual host, by what they ask of the path; a look-up takes the best of what these offer, which is the first in the
 * order of the configuration. An expression counts as the prefix that it begins with, where it has one.
 */
export class RouteTable<T, Subject> {
  private readonly exact = new Map<string, RouteList<T, Subject>>();
  private readonly prefixes = new PrefixTree<T, Subject>();
  private readonly others: RouteList<T, Subject>;
  /** The very first route takes every path: nothing else needs to be looked at. */
  private readonly catchAll: T | undefined;

  constructor(specs: readonly RouteSpec<T, Subject>[], path: string, report: ReportProblem) {
    const exact = new Map<string, Route<T, Subject>[]>();
    const prefixes = new Map<string, Route<T, Subject>[]>();
    const others: Route<T, Subject>[] = [];
    for (const [order, spec] of specs.entries()) {
      const route = readyRoute(spec, order, `${path}[${order}].match`, report);
      if (route === undefined) continue;
      const { match } = spec;
      const prefix = match.prefix || (match.path ? '' : route.path?.prefix);
      if (prefix) append(prefixes, prefix, route);
      else if (match.path) append(exact, match.path.toLowerCase(), route);
      else others.push(route);
    }
    for (const [key, routes] of exact) this.exact.set(key, new RouteList(routes));
    for (const [prefix, routes] of prefixes) this.prefixes.add(prefix, new RouteList(routes));
    this.others = new RouteList(others);
    const first = specs[0];
    this.catchAll = first !== undefined && takesEveryPath(first) ? first.value : undefined;
  }

  match(head: RequestHead, subject: Subject): T | undefined {
    if (this.catchAll !== undefined && head.path.charCodeAt(0) === SLASH) return this.catchAll;
    const path = routingPath(head);
    let best = this.prefixes.first(path, head, subject, Number.POSITIVE_INFINITY);
    if (this.exact.size > 0) {
      let routes = this.exact.get(path);
      if (routes === undefined && mayHaveUpperCase(path)) routes = this.exact.get(path.toLowerCase());
      if (routes !== undefined) best = routes.first(path, head, subject, limitOf(best)) ?? best;
    }
    return (this.others.first(path, head, subject, limitOf(best)) ?? best)?.value;
  }
}

const SLASH = 0x2f;

function takesEveryPath<T, Subject>({ match, holds }: RouteSpec<T, Subject>): boolean {
  return match.prefix === '/' && !match.headers?.length && !match.queryParameters?.length && holds === undefined;
}

/** undefined when it cannot be understood, which has been reported then. */
function readyRoute<T, Subject>(
  { match, holds, value }: RouteSpec<T, Subject>,
  order: number,
  path: string,
  report: ReportProblem,
): Route<T, Subject> | undefined {
  const conditions = conditionsOf(match, path, report);
  const pattern = pathPattern(match);
  if (typeof pattern === 'string') report(`${path}.regex`, pattern);
  return conditions === undefined || typeof pattern === 'string' ? undefined : { order, path: pattern, conditions, holds, value };
}

function pathPattern(match: RouteMatch): Regex | string | undefined {
  return match.regex && !match.prefix && !match.path ? regex(match.regex) : undefined;
}

function limitOf<T, Subject>(best: Route<T, Subject> | undefined): number {
  return best === undefined ? Number.POSITIVE_INFINITY : best.order;
}

function append<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
