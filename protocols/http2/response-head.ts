import { type Fields, type Outcome, outcomeOfStatus, type ResponseHead } from 'meshloom/protocol';
import { isGrpc, outcomeOfGrpcStatus, outcomeOfGrpcTrailers } from './grpc.ts';
import { HeaderFields } from './header-fields.ts';
import { CONTENT_LENGTH, COOKIE, type HeaderField, HOST, MALFORMED, REGULAR, STATUS, TE } from './hpack/header-field.ts';
import { lengthOf, UNKNOWN_LENGTH, withoutRepetition } from './request-head.ts';

export class Http2ResponseHead implements ResponseHead {
  readonly protocol = 'http2';
  /** `:status`. */
  readonly code: number;
  readonly fields: HeaderFields;
  /** RFC 9113 section 8.5, RFC 8441 section 5: a 2xx to a request that asked for it. */
  upgraded = false;
  /** It was extended CONNECT that was accepted. */
  switched = false;
  /** What the server said, for checking; UNKNOWN_LENGTH when nothing. */
  readonly contentLength: number;

  constructor(code: number, contentLength: number, fields: HeaderFields) {
    this.code = code;
    this.contentLength = contentLength;
    this.fields = fields;
  }

  /** To everybody else an upgrade is accepted by 101, as HTTP/1.1 does it. */
  get status(): number {
    return this.switched ? 101 : this.code;
  }

  /** gRPC answers 200 to everything; where it says in the head that it failed, it is believed. */
  get outcome(): Outcome {
    const grpcStatus = this.fields.get('grpc-status');
    return grpcStatus !== undefined && this.code === 200 ? outcomeOfGrpcStatus(grpcStatus) : outcomeOfStatus(this.code);
  }

  /** A stream of gRPC says at its end how it went. */
  get outcomeOfTrailers(): ((trailers: Fields) => Outcome) | undefined {
    const { fields } = this;
    return this.code === 200 && isGrpc(fields) && !fields.has('grpc-status') ? outcomeOfGrpcTrailers : undefined;
  }

  get informational(): boolean {
    return this.code < 200;
  }
}

/** The head of a response (RFC 9113 section 8.3.2), or what is malformed about it. */
export function responseHead(lines: readonly HeaderField[], count: number): Http2ResponseHead | string {
  const first = lines[0];
  if (count === 0 || first!.kind !== STATUS) return 'no :status';
  const status = Number(first!.value);
  // RFC 9113 section 8.6.
  if (status === 101) return '101 does not exist in HTTP/2';
  let contentLength = UNKNOWN_LENGTH;
  const regular = lines.slice(1, count);
  let dropped = 0;
  for (let at = 1; at < count; at++) {
    const line = lines[at]!;
    switch (line.kind) {
      case REGULAR:
      case COOKIE:
      case HOST:
      case TE:
        break;
      case CONTENT_LENGTH: {
        const length = lengthOf(line.value);
        if (length < 0 || (contentLength !== UNKNOWN_LENGTH && contentLength !== length)) return 'invalid content-length';
        if (contentLength !== UNKNOWN_LENGTH) dropped++;
        contentLength = length;
        break;
      }
      case MALFORMED:
        return 'malformed field';
      default:
        return 'pseudo-header field that is not the first :status';
    }
  }
  return new Http2ResponseHead(status, contentLength, new HeaderFields(dropped === 0 ? regular : withoutRepetition(regular)));
}

/** Trailers (RFC 9113 section 8.1), or what is malformed about them. They say nothing about framing (RFC 9110 section 6.5.1). */
export function trailerFields(lines: readonly HeaderField[], count: number): HeaderFields | string {
  for (let at = 0; at < count; at++) {
    const kind = lines[at]!.kind;
    if (kind !== REGULAR && kind !== COOKIE) return kind === MALFORMED ? 'malformed trailer' : `${lines[at]!.name} in trailers`;
  }
  return new HeaderFields(lines.slice(0, count));
}
