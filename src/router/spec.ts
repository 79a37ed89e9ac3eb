import type { ValueMatch } from '../base/value-match.ts';

/** A virtual host as the configuration gives it: what it is called, whom it answers for, and its routes in order. */
export interface VirtualHostSpec<T, Subject = void> {
  readonly name?: string | undefined;
  /**
   * `host`, `*.suffix`, `prefix.*` or `*`, each with `:port`, with `:*` for any port, or without for requests that name no port.
   * Letters' case does not matter. `*` alone takes what no other virtual host does, whatever the port.
   */
  readonly domains: readonly string[];
  readonly routes: readonly RouteSpec<T, Subject>[];
}

export interface RouteSpec<T, Subject = void> {
  readonly match: RouteMatch;
  /** Asked last: what must be true of whom the head belongs to, of which the router knows nothing. */
  readonly holds?: ((subject: Subject) => boolean) | undefined;
  /** What the router hands back for a request that the match holds for. */
  readonly value: T;
}

/**
 * All conditions must hold. Of `prefix`, `path` and `regex` the first that is there and not empty counts, in this order; with none
 * of them any path will do, which is how RPC routes are written. The query is no part of the path.
 */
export interface RouteMatch {
  readonly prefix?: string | undefined;
  /** The whole path; letters' case does not matter. */
  readonly path?: string | undefined;
  /** Found anywhere in the path, unless it says `^` and `$`. */
  readonly regex?: string | undefined;
  readonly headers?: readonly ValueMatch[] | undefined;
  readonly queryParameters?: readonly ValueMatch[] | undefined;
}

/** Takes one problem of a configuration; `path` is relative to what is being built: `[0].domains[1]`. */
export type ReportProblem = (path: string, message: string) => void;
