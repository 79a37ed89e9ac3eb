import type { Destinations, Router as RouterEntry, TcpProxy, VirtualHost } from '../config/index.ts';
import type { Exchange } from '../filter/filter.ts';
import { type Ends, placeTest } from '../filter/place.ts';
import type { Route } from '../proxy/route.ts';
import { weightedChoice } from '../proxy/weighted-choice.ts';
import { buildRouter } from '../router/build-router.ts';
import type { Router } from '../router/router.ts';
import type { RouteSpec } from '../router/spec.ts';
import { exchangeTest } from './build-condition.ts';
import { buildRoute, type RouteSurroundings } from './build-route.ts';

/** Compiles a router of the configuration for one listener. */
export function buildListenerRouter(entry: RouterEntry, surroundings: RouteSurroundings): Router<Route, Exchange> {
  return buildRouter(
    entry.virtualHosts.map((virtualHost) => ({
      name: virtualHost.name,
      domains: virtualHost.domains,
      routes: [
        ...withoutTls(virtualHost, entry, surroundings),
        ...virtualHost.routes.map((route) => ({
          match: route.match,
          holds: exchangeTest(route.match),
          value: buildRoute(route, virtualHost, entry, surroundings),
        })),
      ],
    })),
  );
}

/** A virtual host that wants TLS has a route for those who come without, before all others. */
function withoutTls(virtualHost: VirtualHost, entry: RouterEntry, surroundings: RouteSurroundings): readonly RouteSpec<Route, Exchange>[] {
  const { withoutTls: route } = virtualHost;
  if (route === undefined) return [];
  const value = buildRoute(route, virtualHost, entry, surroundings);
  return [{ match: {}, holds: ({ downstream }) => !downstream.secure, value }];
}

/** A `tcp_proxy` has one route, which finds its cluster by the addresses of the connection. */
export function buildTcpRouter(entry: TcpProxy): Router<Route, Exchange> {
  const choose = clusterByEnds(entry);
  const route: Route = {
    name: '',
    clusterName: ({ downstream }: Exchange) => choose(downstream),
    protocol: undefined,
    timeout: { wholeMs: 0, covers: 'head', tryMs: 0, idleMs: entry.idleTimeout, maxMs: 0 },
    retry: { retries: entry.maxConnectAttempts - 1, onFault: true },
  };
  return { match: () => route };
}

/** Where a connection, or a session of datagrams, goes; '' where none of the routes fits. */
export function clusterByEnds({ cluster, weightedClusters, routes }: Destinations): (ends: Ends) => string {
  if (cluster !== undefined) return () => cluster;
  if (weightedClusters.length > 0) return weightedChoice(weightedClusters);
  const choices = routes.map((route) => ({ cluster: route.cluster, fits: placeTest(route) }));
  return (ends) => choices.find(({ fits }) => fits(ends))?.cluster ?? '';
}
