import {
  AS_CLIENT,
  type FilterSettings,
  type RouteAction,
  type Route as RouteEntry,
  type Router as RouterEntry,
  type VirtualHost,
} from '../config/index.ts';
import type { Exchange } from '../filter/filter.ts';
import { variable } from '../filter/format/variables.ts';
import type { ResponseHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { changeFields, type FieldAddition, type FieldChanges, rewritePath } from '../proxy/head-changes.ts';
import { giveCookies } from '../proxy/made-cookies.ts';
import type { MirrorPolicy, Route, RouteTimeout, TimeoutHeaders } from '../proxy/route.ts';
import { weightedChoice } from '../proxy/weighted-choice.ts';
import { fieldReader } from '../router/field.ts';
import { answerOf } from './build-answer.ts';
import type { BuildHashPolicy } from './build-hash-policy.ts';
import { buildHostPolicy, makesCookies } from './build-host-choice.ts';
import { buildRetry } from './build-retry.ts';
import { pathRewriteOf } from './build-rewrite.ts';

/** What the listener says for every route. */
export interface RouteSurroundings {
  /** Towards clusters; undefined: as the client speaks. */
  readonly upstreamProtocol: Protocol | undefined;
  readonly timeoutHeaders: TimeoutHeaders | undefined;
  /** undefined where no route has such a policy. */
  readonly buildHashPolicy: BuildHashPolicy | undefined;
  /** By its name in the configuration. */
  protocol(name: string): Protocol;
  /** The value of a header that is added, which may be a variable in percent signs. */
  fieldValue(text: string): (exchange: Exchange) => string;
}

/** MOSN's, for routes that say nothing; in milliseconds. It guards against an upstream that never answers, and cuts no long answer. */
const DEFAULT_TIMEOUT_MS = 60_000;
/** Turns a route of the configuration into one that the proxy follows. */
export function buildRoute(entry: RouteEntry, virtualHost: VirtualHost, router: RouterEntry, surroundings: RouteSurroundings): Route {
  const action = entry.route;
  const levels = [action, virtualHost, router].filter((level) => level !== undefined);
  const requestChanges = levels
    .map((level) => fieldChanges(level.requestHeadersToAdd, level.requestHeadersToRemove, surroundings))
    .filter(changesAnything);
  const responseChanges = levels
    .map((level) => fieldChanges(level.responseHeadersToAdd, level.responseHeadersToRemove, surroundings))
    .filter(changesAnything);
  const cookies = makesCookies(action);
  const rewrite = action === undefined ? undefined : pathRewriteOf(entry.match, action);
  const answer = answerOf(entry);
  return {
    name: virtualHost.name,
    clusterName: clusterChoice(action),
    ...(answer === undefined ? {} : { answer }),
    ...(requestChanges.length > 0 || rewrite !== undefined || changesHost(action)
      ? {
          prepare(exchange: Exchange): void {
            for (const changes of requestChanges) changeFields(exchange.request.fields, changes, exchange);
            if (rewrite !== undefined) rewritePath(exchange.request, rewrite);
            rewriteHost(action, exchange);
          },
        }
      : {}),
    ...(action?.autoHostRewrite === true && !changesHost(action)
      ? {
          prepareFor(exchange: Exchange, host: { readonly hostname: string }): void {
            if (host.hostname !== '') exchange.request.authority = host.hostname;
          },
        }
      : {}),
    ...(responseChanges.length > 0 || cookies
      ? {
          finish(exchange: Exchange, head: ResponseHead): void {
            if (cookies) giveCookies(exchange, head);
            for (const changes of responseChanges) changeFields(head.fields, changes, exchange);
          },
        }
      : {}),
    filterSettings: filterSettingsOf(entry, virtualHost),
    protocol: protocolOf(action, surroundings),
    timeout: timeoutOf(action, surroundings.timeoutHeaders),
    retry: buildRetry(action?.retryPolicy, action?.hedgePolicy?.hedgeOnPerTryTimeout ?? false),
    mirror: mirrorOf(entry),
    hosts: buildHostPolicy(action, surroundings.buildHashPolicy),
  };
}

/** What a route says to a filter takes the place of what its virtual host says to it. */
function filterSettingsOf(entry: RouteEntry, virtualHost: VirtualHost): FilterSettings | undefined {
  const { perFilterConfig: ofRoute } = entry;
  const { perFilterConfig: ofHost } = virtualHost;
  return ofRoute === undefined || ofHost === undefined ? (ofRoute ?? ofHost) : new Map([...ofHost, ...ofRoute]);
}

function clusterChoice(action: RouteAction | undefined): (exchange: Exchange) => string {
  if (action === undefined) return () => '';
  const { clusterHeader, clusterVariable, weightedClusters } = action;
  if (weightedClusters.length > 0) return weightedChoice(weightedClusters);
  const named = action.clusterName ?? variableChoice(clusterVariable);
  if (clusterHeader === undefined) return typeof named === 'string' ? () => named : named;
  const read = fieldReader(clusterHeader);
  return (exchange) => read(exchange.request) ?? (typeof named === 'string' ? named : named(exchange));
}

function variableChoice(name: string | undefined): string | ((exchange: Exchange) => string) {
  const found = name === undefined ? '' : variable(name);
  // The configuration has made sure that there is such a variable.
  return typeof found === 'string' ? '' : (exchange) => found.read(exchange) ?? '';
}

function protocolOf(action: RouteAction | undefined, { upstreamProtocol, protocol }: RouteSurroundings): Protocol | undefined {
  const name = action?.upstreamProtocol;
  if (name === undefined) return upstreamProtocol;
  return name === AS_CLIENT ? undefined : protocol(name);
}

function mirrorOf({ requestMirrorPolicies: policy }: RouteEntry): MirrorPolicy | undefined {
  if (policy === undefined || policy.percent === 0) return undefined;
  return { cluster: policy.cluster, percent: policy.percent };
}

function timeoutOf(action: RouteAction | undefined, headers: TimeoutHeaders | undefined): RouteTimeout {
  const configured = action?.timeout;
  return {
    wholeMs: configured ?? DEFAULT_TIMEOUT_MS,
    covers: configured === undefined ? 'head' : 'response',
    tryMs: action?.retryPolicy.retryTimeout ?? 0,
    idleMs: action?.idleTimeout ?? 0,
    maxMs: action?.maxStreamDuration ?? 0,
    headers,
  };
}

function changesHost(action: RouteAction | undefined): boolean {
  return action?.hostRewrite !== undefined || action?.autoHostRewriteHeader !== undefined;
}

function rewriteHost(action: RouteAction | undefined, { request }: Exchange): void {
  if (action?.hostRewrite !== undefined) request.authority = action.hostRewrite;
  else if (action?.autoHostRewriteHeader !== undefined) {
    const value = request.fields.get(action.autoHostRewriteHeader.toLowerCase());
    if (value !== undefined) request.authority = value;
  }
}

function fieldChanges(
  add: readonly { readonly name: string; readonly value: string; readonly append: boolean }[],
  remove: readonly string[],
  { fieldValue }: RouteSurroundings,
): FieldChanges {
  return { remove, add: add.map(({ name, value, append }): FieldAddition => ({ name, value: fieldValue(value), append })) };
}

function changesAnything({ add, remove }: FieldChanges): boolean {
  return add.length > 0 || remove.length > 0;
}
