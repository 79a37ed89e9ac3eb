import { type Bytes, FieldList, type HealthAnswer, type HealthCheckKind, LocalRequest } from 'meshloom/protocol';
import { outcomeOfGrpcStatus } from './grpc.ts';

/** gRPC's health checking protocol: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
const PATH = '/grpc.health.v1.Health/Check';

/** `HealthCheckResponse.ServingStatus`. */
const STATUS_NAMES: readonly string[] = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

/** A gRPC message stands behind a byte that says whether it is compressed and its length in four. */
const MESSAGE_PREFIX_BYTES = 5;

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

/** `HealthCheckRequest { string service = 1; }` with its prefix. Protocol Buffers leave out what is empty. */
export function healthRequest(service: string): Bytes {
  const name = Buffer.from(service, 'utf8');
  const message = name.length === 0 ? name : Buffer.concat([Buffer.of(0x0a, ...varint(name.length)), name]);
  const prefix = Buffer.alloc(MESSAGE_PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
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

/** `HealthCheckResponse { ServingStatus status = 1; }` behind its prefix; undefined when it is none. */
export function servingStatus(body: Bytes): number | undefined {
  if (body.length < MESSAGE_PREFIX_BYTES || body[0] !== 0 || body.readUInt32BE(1) !== body.length - MESSAGE_PREFIX_BYTES) return undefined;
  const reader = new VarintReader(body, MESSAGE_PREFIX_BYTES);
  // An enumeration that is not there is its first value.
  let status = 0;
  while (!reader.atEnd) {
    const tag = reader.next();
    // A later version may add fields, of any wire type; here none is known but the one.
    if (tag === 0x08) {
      const value = reader.next();
      if (value === undefined) return undefined;
      status = value;
    } else if (tag === undefined || !reader.skip(tag & 7)) return undefined;
  }
  return status;
}

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
}

/** Reads the fields of a message of Protocol Buffers, as far as their frame goes. */
class VarintReader {
  private readonly bytes: Bytes;
  private at: number;

  constructor(bytes: Bytes, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  /** undefined when the message ends before it does, or when it is longer than a number can be. */
  next(): number | undefined {
    let value = 0;
    for (let scale = 1; scale < 2 ** 50; scale *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return undefined;
  }

  /** False when the field does not end within the message, or is of no known wire type. */
  skip(wireType: number): boolean {
    if (wireType === 0) return this.next() !== undefined;
    if (wireType === 1) this.at += 8;
    else if (wireType === 5) this.at += 4;
    else if (wireType === 2) {
      const length = this.next();
      if (length === undefined) return false;
      this.at += length;
    } else return false;
    return this.at <= this.bytes.length;
  }
}
