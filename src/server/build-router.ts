import { BlockList, isIPv6 } from 'node:net';
import type { AddressRange, PortRange, Router as RouterEntry, TcpProxy } from '../config/index.ts';
import type { Exchange } from '../filter/filter.ts';
import type { Route } from '../proxy/route.ts';
import { buildRouter } from '../router/build-router.ts';
import type { Router } from '../router/router.ts';
import { exchangeTest } from './build-condition.ts';
import { buildRoute, type RouteSurroundings } from './build-route.ts';

/** Compiles a router of the configuration for one listener. */
export function buildListenerRouter(entry: RouterEntry, surroundings: RouteSurroundings): Router<Route, Exchange> {
  return buildRouter(
    entry.virtualHosts.map((virtualHost) => ({
      name: virtualHost.name,
      domains: virtualHost.domains,
      routes: virtualHost.routes.map((route) => ({
        match: route.match,
        holds: exchangeTest(route.match),
        value: buildRoute(route, virtualHost, entry, surroundings),
      })),
    })),
  );
}

/** A `tcp_proxy` has one route, which finds its cluster by the addresses of the connection. */
export function buildTcpRouter(entry: TcpProxy): Router<Route, Exchange> {
  const choices = entry.routes.map((route) => ({
    cluster: route.cluster,
    source: placeTest(route.sourceAddresses, route.sourcePorts),
    destination: placeTest(route.destinationAddresses, route.destinationPorts),
  }));
  const route: Route = {
    name: '',
    clusterName({ downstream }: Exchange): string {
      if (entry.cluster !== undefined) return entry.cluster;
      const { remoteAddress, localAddress } = downstream;
      return choices.find(({ source, destination }) => source(remoteAddress) && destination(localAddress))?.cluster ?? '';
    },
    protocol: undefined,
    timeout: { wholeMs: 0, covers: 'head', tryMs: 0, tunnelIdleMs: entry.idleTimeout },
    retry: { retries: entry.maxConnectAttempts - 1, onFault: true },
  };
  return { match: () => route };
}

/** Whether an address `ip:port` lies in one of the ranges; no ranges are all places. */
function placeTest(ranges: readonly AddressRange[], ports: readonly PortRange[]): (address: string) => boolean {
  const list = new BlockList();
  for (const { address, prefixLength } of ranges) list.addSubnet(address, prefixLength, isIPv6(address) ? 'ipv6' : 'ipv4');
  return (address) => {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
    const port = Number(address.slice(colon + 1));
    if (ranges.length > 0 && !list.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')) return false;
    return ports.length === 0 || ports.some(({ first, last }) => port >= first && port <= last);
  };
}
