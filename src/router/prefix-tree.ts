import type { RequestHead } from '../protocol/head.ts';
import type { Route } from './route.ts';
import type { RouteList } from './route-list.ts';

/**
 * Routes by prefix, in a radix tree: one walk along the path meets every prefix of it, so that a look-up costs as much as the path is
 * long, however many routes there are.
 */
export class PrefixTree<T, Subject> {
  private readonly root = new Node<T, Subject>('');

  /** Each prefix once. */
  add(prefix: string, routes: RouteList<T, Subject>): void {
    let node = this.root;
    let rest = prefix;
    for (;;) {
      node.least = Math.min(node.least, routes.least);
      if (rest === '') {
        node.routes = routes;
        return;
      }
      const child = node.children.get(rest.charCodeAt(0));
      if (child === undefined) {
        const leaf = new Node<T, Subject>(rest);
        leaf.least = routes.least;
        leaf.routes = routes;
        node.children.set(rest.charCodeAt(0), leaf);
        return;
      }
      const shared = sharedLength(child.label, rest);
      node = shared === child.label.length ? child : node.split(child, shared);
      rest = rest.slice(shared);
    }
  }

  /** The first route, before `limit`, whose prefix the path has and of which everything else holds. */
  first(path: string, head: RequestHead, subject: Subject, limit: number): Route<T, Subject> | undefined {
    let found: Route<T, Subject> | undefined;
    let node: Node<T, Subject> | undefined = this.root;
    let at = 0;
    while (node !== undefined && node.least < limit && path.startsWith(node.label, at)) {
      at += node.label.length;
      const route = node.routes?.first(path, head, subject, limit);
      if (route !== undefined) {
        found = route;
        limit = route.order;
      }
      node = at < path.length ? node.children.get(path.charCodeAt(at)) : undefined;
    }
    return found;
  }
}

class Node<T, Subject> {
  readonly label: string;
  /** Those whose prefix ends here. */
  routes: RouteList<T, Subject> | undefined;
  /** By the first code unit of their label. */
  readonly children = new Map<number, Node<T, Subject>>();
  /** The order of the first route here and below. */
  least = Number.POSITIVE_INFINITY;

  constructor(label: string) {
    this.label = label;
  }

  /** Puts a node for the first `length` code units of its label between this and `child`. */
  split(child: Node<T, Subject>, length: number): Node<T, Subject> {
    const upper = new Node<T, Subject>(child.label.slice(0, length));
    const lower = new Node<T, Subject>(child.label.slice(length));
    lower.routes = child.routes;
    for (const [code, grandchild] of child.children) lower.children.set(code, grandchild);
    lower.least = child.least;
    upper.least = child.least;
    upper.children.set(lower.label.charCodeAt(0), lower);
    this.children.set(upper.label.charCodeAt(0), upper);
    return upper;
  }
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
