import { regex } from '../base/regex.ts';
import { substitution } from '../base/substitution.ts';
import type { FilterSettings, Redirect, RouteAction, Route as RouteEntry, Router as RouterEntry, VirtualHost } from '../config/index.ts';
import type { Exchange } from '../filter/filter.ts';
import { FieldList } from '../protocol/fields.ts';
import type { ResponseHead } from '../protocol/head.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { giveCookies } from '../proxy/hash-policy.ts';
import {
  changeFields,
  type FieldAddition,
  type FieldChanges,
  type PathRewrite,
  prefixRewrite,
  regexRewrite,
  rewritePath,
} from '../proxy/head-changes.ts';
import type { LocalAnswer, MirrorPolicy, Route, RouteTimeout, TimeoutHeaders } from '../proxy/route.ts';
import { weightedChoice } from '../proxy/weighted-choice.ts';

import { buildHostPolicy, makesCookies } from './build-host-choice.ts';
import { buildRetry } from './build-retry.ts';

/** What the listener says for every route. */
export interface RouteSurroundings {
  readonly upstreamProtocol: Protocol | undefined;
  readonly timeoutHeaders: TimeoutHeaders | undefined;
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
  const rewrite = pathRewriteOf(entry);
  const cookies = makesCookies(action);
  return {
    name: virtualHost.name,
    clusterName: clusterChoice(action),
    ...answerOf(entry),
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
    protocol: surroundings.upstreamProtocol,
    timeout: timeoutOf(action, surroundings.timeoutHeaders),
    retry: buildRetry(action?.retryPolicy),
    mirror: mirrorOf(entry),
    hosts: buildHostPolicy(action),
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
  const { clusterHeader, weightedClusters, clusterName = '' } = action;
  if (weightedClusters.length > 0) return weightedChoice(weightedClusters);
  if (clusterHeader === undefined) return () => clusterName;
  const name = clusterHeader.toLowerCase();
  return ({ request }) => request.fields.get(name) ?? clusterName;
}

function mirrorOf({ requestMirrorPolicies: policy }: RouteEntry): MirrorPolicy | undefined {
  if (policy === undefined || policy.percent === 0) return undefined;
  return { cluster: policy.cluster, percent: policy.percent, copies: 1 };
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

function answerOf({ directResponse, redirect }: RouteEntry): { answer?(exchange: Exchange): LocalAnswer } {
  if (directResponse !== undefined) {
    const body = Buffer.from(directResponse.body);
    return {
      answer: () => ({
        head: new LocalResponse(
          directResponse.status,
          new FieldList([
            ['content-type', 'text/plain'],
            ['content-length', String(body.length)],
          ]),
        ),
        body,
      }),
    };
  }
  if (redirect === undefined) return {};
  return {
    answer: ({ request }) => ({
      head: new LocalResponse(
        redirect.responseCode,
        new FieldList([
          ['location', location(redirect, request.scheme, request.authority, request.path)],
          ['content-length', '0'],
        ]),
      ),
      body: Buffer.alloc(0),
    }),
  };
}

/** What the redirect does not name stays; a port that belongs to the old scheme goes with it. */
function location(redirect: Redirect, scheme: string, authority: string, path: string): string {
  const newScheme = redirect.schemeRedirect ?? scheme;
  const oldPort = newScheme === scheme ? '' : scheme === 'https' ? ':443' : ':80';
  const host = redirect.hostRedirect ?? (oldPort !== '' && authority.endsWith(oldPort) ? authority.slice(0, -oldPort.length) : authority);
  return `${newScheme}://${host}${redirect.pathRedirect ?? path}`;
}

function pathRewriteOf({ match, route }: RouteEntry): PathRewrite | undefined {
  if (route?.prefixRewrite !== undefined) {
    const matched = match.prefix ?? match.path;
    return matched === undefined ? undefined : prefixRewrite(matched, route.prefixRewrite);
  }
  if (route?.regexRewrite === undefined) return undefined;
  const pattern = regex(route.regexRewrite.regex);
  const pieces = typeof pattern === 'string' ? pattern : substitution(pattern, route.regexRewrite.substitution);
  // The configuration has made sure that both can be understood.
  return typeof pattern === 'string' || typeof pieces === 'string' ? undefined : regexRewrite(pattern, pieces);
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
