import type { DirectResponse, Redirect, Route as RouteEntry } from '../config/index.ts';
import type { Exchange } from '../filter/filter.ts';
import { FieldList } from '../protocol/fields.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import { fixedPath, type RedirectTarget, redirectLocation } from '../proxy/redirect.ts';
import type { LocalAnswer } from '../proxy/route.ts';
import { pathRewriteOf } from './build-rewrite.ts';

/** How a route answers by itself; undefined when it does not. */
export function answerOf(entry: RouteEntry): ((exchange: Exchange) => LocalAnswer) | undefined {
  if (entry.directResponse !== undefined) return directAnswer(entry.directResponse);
  return entry.redirect === undefined ? undefined : redirection(entry, entry.redirect);
}

function directAnswer({ status, body }: DirectResponse): () => LocalAnswer {
  const bytes = Buffer.from(body);
  const fields: (readonly [name: string, value: string])[] = [];
  if (bytes.length > 0) fields.push(['content-type', 'text/plain']);
  // RFC 9110 section 8.6: not even a length of 0.
  if (status !== 204) fields.push(['content-length', String(bytes.length)]);
  return () => ({ head: new LocalResponse(status, new FieldList(fields)), body: bytes });
}

const NOWHERE = Buffer.from('the route redirects, which clients of this protocol cannot follow');

function redirection({ match }: RouteEntry, redirect: Redirect): (exchange: Exchange) => LocalAnswer {
  const target: RedirectTarget = {
    scheme: redirect.httpsRedirect ? 'https' : redirect.schemeRedirect,
    host: redirect.hostRedirect,
    port: redirect.portRedirect,
    path: redirect.pathRedirect === undefined ? pathRewriteOf(match, redirect) : fixedPath(redirect.pathRedirect),
    stripQuery: redirect.stripQuery,
  };
  return ({ request }) => {
    // A protocol without schemes has no URIs to go to either.
    if (request.scheme === '') return { head: new LocalResponse(501), body: NOWHERE };
    const fields = new FieldList([
      ['location', redirectLocation(request, target)],
      ['content-length', '0'],
    ]);
    return { head: new LocalResponse(redirect.responseCode, fields), body: Buffer.alloc(0) };
  };
}
