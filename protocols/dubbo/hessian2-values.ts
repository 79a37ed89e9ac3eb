import { type Bytes, EMPTY } from 'meshloom/protocol';
import { hessian2 } from './hessian2.ts';

const UNTYPED_LIST = 0x58;
const TYPED_LIST = 0x56;
const LAST_INT = 0x7fff_ffff;

/** A value of JSON as Dubbo's generic calls take it: numbers as int, long or double, whichever is the smallest, objects as maps. */
export function encodeValue(value: unknown): Bytes {
  if (typeof value === 'string') return hessian2.text(value);
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'boolean') return Buffer.from(value ? 'T' : 'F');
  if (Array.isArray(value)) return encodeList(undefined, value);
  if (typeof value !== 'object' || value === null) return Buffer.from('N');
  const entries = Object.entries(value).map(([name, member]) => Buffer.concat([hessian2.text(name), encodeValue(member)]));
  return hessian2.mapItem(EMPTY, entries);
}

/** `type`: of an array in Java, as `[string`. */
export function encodeList(type: string | undefined, values: readonly unknown[]): Bytes {
  const head = type === undefined ? [Buffer.from([UNTYPED_LIST])] : [Buffer.from([TYPED_LIST]), hessian2.text(type)];
  return Buffer.concat([...head, encodeNumber(values.length), ...values.map((value) => encodeValue(value))]);
}

function encodeNumber(value: number): Bytes {
  const bytes = Buffer.allocUnsafe(9);
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) {
    bytes[0] = 0x44;
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (value <= LAST_INT && value >= -LAST_INT) {
    bytes[0] = 0x49;
    bytes.writeInt32BE(value, 1);
    return bytes.subarray(0, 5);
  }
  bytes[0] = 0x4c;
  bytes.writeBigInt64BE(BigInt(value), 1);
  return bytes;
}
