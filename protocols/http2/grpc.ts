import type { Fields, Outcome } from 'meshloom/protocol';

/** gRPC over HTTP/2, as far as a proxy must know it: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const CONTENT_TYPE = 'application/grpc';

/** `application/grpc`, with `+proto` or another format, or with parameters. Not `application/grpc-web`, which is HTTP/1.1's way of it. */
export function isGrpc(fields: Fields): boolean {
  const type = fields.get('content-type');
  if (type === undefined || !type.startsWith(CONTENT_TYPE)) return false;
  const next = type.charAt(CONTENT_TYPE.length);
  return next === '' || next === '+' || next === ';';
}

/** The status of a response that is made here. */
export const GRPC_STATUS_OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  ok: 0,
  // INTERNAL: what gRPC makes of an HTTP 400 without a status, for it says that the transport and not the caller was wrong.
  'bad-request': 13,
  // PERMISSION_DENIED
  denied: 7,
  // UNIMPLEMENTED: nobody here serves that method.
  'not-found': 12,
  // RESOURCE_EXHAUSTED
  'too-large': 8,
  // DEADLINE_EXCEEDED
  timeout: 4,
  // UNAVAILABLE: a client may try again.
  overloaded: 14,
  unavailable: 14,
  failed: 14,
};

const OUTCOMES: readonly Outcome[] = [
  'ok',
  'failed', // CANCELLED
  'failed', // UNKNOWN
  'bad-request', // INVALID_ARGUMENT
  'timeout', // DEADLINE_EXCEEDED
  'not-found', // NOT_FOUND
  'bad-request', // ALREADY_EXISTS
  'denied', // PERMISSION_DENIED
  'overloaded', // RESOURCE_EXHAUSTED
  'bad-request', // FAILED_PRECONDITION
  'failed', // ABORTED
  'bad-request', // OUT_OF_RANGE
  'not-found', // UNIMPLEMENTED
  'failed', // INTERNAL
  'unavailable', // UNAVAILABLE
  'failed', // DATA_LOSS
  'denied', // UNAUTHENTICATED
];

/** What a `grpc-status` says about the request. */
export function outcomeOfGrpcStatus(status: string): Outcome {
  return OUTCOMES[Number(status)] ?? 'failed';
}

/** What a response says that is not Trailers-Only; without a status it is UNKNOWN. */
export function outcomeOfGrpcTrailers(trailers: Fields): Outcome {
  return outcomeOfGrpcStatus(trailers.get('grpc-status') ?? '2');
}

/** `grpc-message`: percent-encoded UTF-8, all but visible ASCII and space. */
export function grpcMessage(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message, 'utf8')) {
    const plain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += plain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return encoded;
}

const MILLISECONDS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout` in milliseconds, at least one of them; undefined when it is not one: at most eight digits and a unit. */
export function grpcTimeoutMs(timeout: string): number | undefined {
  if (!/^\d{1,8}[HMSmun]$/.test(timeout)) return undefined;
  return Math.max(1, Math.ceil(Number(timeout.slice(0, -1)) * MILLISECONDS[timeout.slice(-1)]!));
}

/** The same the other way round: whole milliseconds as long as eight digits hold them, and otherwise seconds, rounded down. */
export function grpcTimeout(timeoutMs: number): string {
  return timeoutMs < 1e8 ? `${timeoutMs}m` : `${Math.min(Math.floor(timeoutMs / 1000), 99_999_999)}S`;
}
