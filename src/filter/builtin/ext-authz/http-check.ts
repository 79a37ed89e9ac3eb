import { type Bytes, EMPTY } from '../../../base/bytes.ts';
import { FieldList, type Fields } from '../../../protocol/fields.ts';
import type { RequestHead, ResponseHead } from '../../../protocol/head.ts';
import { LocalRequest } from '../../../protocol/local-request.ts';
import type { Ask } from '../../ask.ts';
import type { Exchange } from '../../filter.ts';
import { hostOf } from '../../format/address-parts.ts';
import type { TextTest } from '../../string-match.ts';
import { type Check, type Decided, type Decision, type Field, MAX_ANSWER_BYTES, mayTravel } from './decision.ts';
import type { HttpServiceSettings } from './settings.ts';

/** HTTP/1.1 by its name in ALPN (RFC 7301). */
const HTTP_1 = 'http/1.1';

/** Asks by HTTP: the head of the request, its path behind a prefix, and no body. 200 is yes, 500 and above no decision, all else no. */
export class HttpCheck implements Check {
  private readonly settings: HttpServiceSettings;
  private readonly send: Ask;

  constructor(settings: HttpServiceSettings, send: Ask) {
    this.settings = settings;
    this.send = send;
  }

  ask(exchange: Exchange, decided: Decided): { cancel(): void } {
    const { cluster, timeout } = this.settings.serverUri;
    const chunks: Bytes[] = [];
    let answer: ResponseHead | undefined;
    let held = 0;
    const finish = (): void => {
      if (answer !== undefined) decided(this.decide(answer, Buffer.concat(chunks)));
    };
    const request = { head: this.question(exchange), body: EMPTY, protocol: HTTP_1, limitMs: timeout };
    return this.send(cluster, request, {
      onHead(head, end) {
        answer = head;
        if (end) finish();
      },
      onData(bytes, end) {
        held += bytes.length;
        // What is too much of a refusal is left out.
        if (held <= MAX_ANSWER_BYTES) chunks.push(bytes);
        if (end) finish();
      },
      onTrailers: finish,
      onFault: ({ detail }) => decided({ is: 'error', why: detail }),
    });
  }

  private question({ request, downstream }: Exchange): LocalRequest {
    const { serverUri, pathPrefix, authorizationRequest } = this.settings;
    const { allowedHeaders, headersToAdd } = authorizationRequest;
    const fields = new FieldList([['content-length', '0']]);
    for (const [name, value] of request.fields) {
      if (mayTravel(name) && (name === 'authorization' || named(name, allowedHeaders.patterns))) fields.append(name, value);
    }
    fields.append('x-forwarded-for', hostOf(downstream.remoteAddress));
    for (const { key, value } of headersToAdd) fields.set(key.toLowerCase(), value);
    const { method, path } = asHttp(request);
    return new LocalRequest({ authority: request.authority, path: `${serverUri.path}${pathPrefix}${path}`, method, fields });
  }

  private decide({ status, fields }: ResponseHead, body: Bytes): Decision {
    const { allowedUpstreamHeaders, allowedUpstreamHeadersToAppend, allowedClientHeaders, allowedClientHeadersOnSuccess } =
      this.settings.authorizationResponse;
    if (status >= 500) return { is: 'error', why: `the service answered with ${status}` };
    if (status !== 200) return { is: 'denied', status, fields: chosen(fields, allowedClientHeaders?.patterns), body };
    return {
      is: 'allowed',
      set: chosen(fields, allowedUpstreamHeaders.patterns),
      append: chosen(fields, allowedUpstreamHeadersToAppend.patterns),
      remove: [],
      answer: chosen(fields, allowedClientHeadersOnSuccess.patterns),
    };
  }
}

/** A call of an RPC is asked about as gRPC would write it: POST to its service and method. */
function asHttp({ scheme, method, path }: RequestHead): { readonly method: string; readonly path: string } {
  return scheme === '' ? { method: 'POST', path: `/${encodeURIComponent(path)}/${encodeURIComponent(method)}` } : { method, path };
}

/** Without patterns: all. */
function chosen(fields: Fields, patterns: readonly TextTest[] | undefined): readonly Field[] {
  return [...fields].filter(([name]) => mayTravel(name) && (patterns === undefined || named(name, patterns)));
}

function named(name: string, patterns: readonly TextTest[]): boolean {
  return patterns.some((test) => test(name));
}
