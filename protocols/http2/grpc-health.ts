import {
  type Bytes,
  FieldList,
  grpcMessage,
  type HealthAnswer,
  type HealthCheckKind,
  LocalRequest,
  MessageWriter,
  messageOfGrpc,
  numberAt,
  readMessage,
} from 'meshloom/protocol';
import { outcomeOfGrpcStatus } from './grpc.ts';

/** gRPC's health checking protocol: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const PATH = '/grpc.health.v1.Health/Check';

/** `HealthCheckResponse.ServingStatus`. */
const STATUS_NAMES: readonly string[] = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

export const grpcHealth: HealthCheckKind = {
  name: 'grpc',
  options: [
    {
      name: 'service_name',
      type: 'string',
      default: '',
      description: 'The service that is asked for, as in `my.package.Service`. Empty, the default: the server as a whole.',
    },
    { name: 'authority', type: 'string', default: '', description: "The `:authority` of the call. Empty, the default: the host's own." },
  ],
  question({ service_name: service = '', authority: named = '' }, authority, scheme) {
    const fields = new FieldList([
      ['content-type', 'application/grpc'],
      ['te', 'trailers'],
    ]);
    return {
      request: new LocalRequest({
        scheme,
        authority: String(named || authority),
        path: PATH,
        method: 'POST',
        fields,
        idempotent: true,
      }),
      body: healthRequest(String(service)),
      judge,
    };
  },
};

/** `HealthCheckRequest { string service = 1; }`, as gRPC sends it. */
export function healthRequest(service: string): Bytes {
  return grpcMessage(new MessageWriter().text(1, service).finish());
}

function judge({ head, body, trailers }: HealthAnswer): string | undefined {
  if (head.status !== 200) return `the status of the answer is ${head.status}`;
  const grpcStatus = trailers?.get('grpc-status') ?? head.fields.get('grpc-status');
  if (grpcStatus === undefined) return 'the answer has no grpc-status';
  if (outcomeOfGrpcStatus(grpcStatus) !== 'ok') return `the grpc-status of the answer is ${grpcStatus}`;
  const status = servingStatus(body);
  if (status === undefined) return 'the answer is no HealthCheckResponse';
  return status === SERVING ? undefined : `the service is ${STATUS_NAMES[status] ?? `in the unknown status ${status}`}`;
}

/** `HealthCheckResponse { ServingStatus status = 1; }`, as gRPC sends it; undefined when it is none. A later version may add fields. */
export function servingStatus(body: Bytes): number | undefined {
  const message = messageOfGrpc(body);
  const fields = message === undefined ? undefined : readMessage(message);
  return fields === undefined ? undefined : numberAt(fields, 1);
}
