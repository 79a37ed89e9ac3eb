import { IDEMPOTENT_METHODS, type RequestHead } from 'meshloom/protocol';
import { grpcTimeout, grpcTimeoutMs } from './grpc.ts';
import { HeaderFields } from './header-fields.ts';
import {
  AUTHORITY_NAME,
  CONTENT_LENGTH,
  type HeaderField,
  HOST,
  MALFORMED,
  METHOD,
  PATH_NAME,
  PROTOCOL,
  SCHEME_NAME,
  STATUS,
} from './hpack/header-field.ts';

/** `content-length` was not said. */
export const UNKNOWN_LENGTH = -1;

export class Http2RequestHead implements RequestHead {
  readonly protocol = 'http2';
  scheme: string;
  authority: string;
  path: string;
  method: string;
  readonly fields: HeaderFields;
  readonly oneWay = false;
  readonly upgrade: string;
  /** What the client said, for checking; UNKNOWN_LENGTH when nothing. */
  readonly contentLength: number;

  constructor(
    scheme: string,
    authority: string,
    path: string,
    method: string,
    upgrade: string,
    contentLength: number,
    fields: HeaderFields,
  ) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.method = method;
    this.upgrade = upgrade;
    this.contentLength = contentLength;
    this.fields = fields;
  }

  get idempotent(): boolean {
    return this.upgrade === '' && IDEMPOTENT_METHODS.has(this.method);
  }

  get timeoutMs(): number | undefined {
    const timeout = this.fields.get('grpc-timeout');
    return timeout === undefined ? undefined : grpcTimeoutMs(timeout);
  }

  shortenTimeout(timeoutMs: number): void {
    if (this.fields.has('grpc-timeout')) this.fields.set('grpc-timeout', grpcTimeout(timeoutMs));
  }
}

/**
 * The head of a request (RFC 9113 section 8.3.1), or what is malformed about it. Each line has been judged when it was decoded; here the
 * question is which lines may stand together.
 */
export function requestHead(lines: readonly HeaderField[], count: number, connectProtocol: boolean): Http2RequestHead | string {
  let method: string | undefined;
  let scheme: string | undefined;
  let path: string | undefined;
  let authority: string | undefined;
  let upgrade: string | undefined;
  let host: string | undefined;
  let contentLength = UNKNOWN_LENGTH;
  let at = 0;
  // RFC 9113 section 8.3: pseudo-header fields come first, each once.
  pseudo: for (; at < count; at++) {
    const line = lines[at]!;
    switch (line.kind) {
      case METHOD:
        if (method !== undefined) return 'two :method';
        method = line.value;
        break;
      case SCHEME_NAME:
        if (scheme !== undefined) return 'two :scheme';
        scheme = line.value;
        break;
      case PATH_NAME:
        if (path !== undefined) return 'two :path';
        path = line.value;
        break;
      case AUTHORITY_NAME:
        if (authority !== undefined) return 'two :authority';
        authority = line.value;
        break;
      case PROTOCOL:
        if (upgrade !== undefined) return 'two :protocol';
        upgrade = line.value;
        break;
      default:
        break pseudo;
    }
  }
  const regular = lines.slice(at, count);
  let dropped = 0;
  for (; at < count; at++) {
    const line = lines[at]!;
    switch (line.kind) {
      case MALFORMED:
        return 'malformed field';
      case METHOD:
      case SCHEME_NAME:
      case PATH_NAME:
      case AUTHORITY_NAME:
      case PROTOCOL:
        return 'pseudo-header field after a field';
      case STATUS:
        return ':status in a request';
      case HOST:
        if (host !== undefined) return 'two Host';
        host = line.value;
        dropped++;
        break;
      case CONTENT_LENGTH: {
        const length = lengthOf(line.value);
        if (length < 0 || (contentLength !== UNKNOWN_LENGTH && contentLength !== length)) return 'invalid content-length';
        if (contentLength !== UNKNOWN_LENGTH) dropped++;
        contentLength = length;
        break;
      }
    }
  }
  if (method === undefined) return 'no :method';
  if (authority === undefined) authority = host;
  else if (host !== undefined && host.toLowerCase() !== authority.toLowerCase()) return 'Host is not :authority';
  // RFC 9113 section 8.3.1: either of them must be there for http and https.
  if (authority === undefined) return 'no :authority';
  const fields = new HeaderFields(dropped === 0 ? regular : withoutRepetition(regular));
  if (method === 'CONNECT') {
    if (upgrade === undefined) {
      // RFC 9113 section 8.5.
      if (scheme !== undefined || path !== undefined) return 'CONNECT with :scheme or :path';
      return new Http2RequestHead('', authority, '', method, 'connect', UNKNOWN_LENGTH, fields);
    }
    // RFC 8441 section 4. To the rest of the proxy it is the request that HTTP/1.1 upgrades: GET.
    if (!connectProtocol) return ':protocol was not offered';
    if (scheme === undefined || path === undefined) return 'extended CONNECT without :scheme or :path';
    method = 'GET';
  } else if (upgrade !== undefined) {
    return ':protocol without CONNECT';
  }
  if (scheme === undefined) return 'no :scheme';
  if (path === undefined) return 'no :path';
  if (path.charCodeAt(0) !== 0x2f && !(path === '*' && method === 'OPTIONS')) return 'invalid :path';
  return new Http2RequestHead(scheme, authority, path, method, upgrade ?? '', contentLength, fields);
}

/** Host says what :authority says. A `content-length` said twice alike leaves once: some servers of HTTP/1 take two for an attack. */
export function withoutRepetition(lines: readonly HeaderField[]): HeaderField[] {
  const length = lines.find(({ kind }) => kind === CONTENT_LENGTH);
  return lines.filter((line) => line.kind !== HOST && (line.kind !== CONTENT_LENGTH || line === length));
}

/** RFC 9110 section 8.6. All are digits, as the kind of the line says; -1 when there are too many of them. */
export function lengthOf(digits: string): number {
  const length = Number(digits);
  return Number.isSafeInteger(length) ? length : -1;
}
