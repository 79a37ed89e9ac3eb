/** Dubbo's frames byte by byte, for tests that play consumer or provider themselves. */
import type { RawConnection } from './raw-connection.ts';

const HEAD_BYTES = 16;

/** `body`: a string stands for its bytes in Latin-1. */
export function frame(flags: number, status: number, id: bigint, body: Buffer | string): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + body.length);
  bytes.writeUInt16BE(0xdabb, 0);
  bytes.writeUInt8(flags, 2);
  bytes.writeUInt8(status, 3);
  bytes.writeBigUInt64BE(id, 4);
  bytes.writeUInt32BE(body.length, 12);
  if (typeof body === 'string') bytes.write(body, HEAD_BYTES, 'latin1');
  else body.copy(bytes, HEAD_BYTES);
  return bytes;
}

/** A short text in hessian2. */
export const text = (value: string): string => String.fromCharCode(value.length) + value;

export interface Frame {
  readonly flags: number;
  readonly status: number;
  readonly id: bigint;
  readonly body: Buffer;
}

/** The next frame that comes. */
export async function receive(connection: RawConnection): Promise<Frame> {
  const head = await connection.read(HEAD_BYTES);
  const body = await connection.read(head.readUInt32BE(12));
  return { flags: head[2]!, status: head[3]!, id: head.readBigUInt64BE(4), body };
}
