import type { Bytes } from './bytes.ts';

/** Before each message of gRPC: a byte that says whether it is compressed, and its length in four. */
const PREFIX_BYTES = 5;

/** A message as gRPC sends it, not compressed. */
export function grpcMessage(message: Bytes): Bytes {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The one message that the body of a unary call is; undefined when it is none, or compressed. */
export function messageOfGrpc(body: Bytes): Bytes | undefined {
  const whole = body.length >= PREFIX_BYTES && body[0] === 0 && body.readUInt32BE(1) === body.length - PREFIX_BYTES;
  return whole ? body.subarray(PREFIX_BYTES) : undefined;
}
