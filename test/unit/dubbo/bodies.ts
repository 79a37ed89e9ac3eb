import { DecoderV2, EncoderV2 } from 'hessian.js';
import type { Bytes } from 'meshloom/protocol';
import { makeFrame } from '../../../protocols/dubbo/prefix.ts';
import { DubboRequest } from '../../../protocols/dubbo/request.ts';

/** A request's body in hessian2, written by hessian.js and thus not by what is tested. */
export function hessianBody(
  parts: { path?: string; version?: string; method?: string; types?: string; args?: readonly unknown[]; attachments?: unknown } = {},
): Bytes {
  const { path = 'a.B', version = '1.0.0', method = 'call', types = '', args = [], attachments = { path: 'a.B' } } = parts;
  const encoder = new EncoderV2();
  for (const text of ['2.0.2', path, version, method, types]) encoder.writeString(text);
  for (const argument of args) encoder.write(argument);
  encoder.write(attachments);
  return Buffer.from(encoder.get());
}

export interface Decoded {
  readonly dubbo: string;
  readonly path: string;
  readonly version: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly attachments: unknown;
}

/** What hessian.js reads in a request's body. */
export function decodeHessian(body: Bytes, argumentCount: number): Decoded {
  const decoder = new DecoderV2(Buffer.from(body));
  const [dubbo = '', path = '', version = '', method = ''] = Array.from({ length: 5 }, () => decoder.readString());
  const args = Array.from({ length: argumentCount }, () => decoder.read());
  return { dubbo, path, version, method, args, attachments: decoder.read() };
}

export function hessianRequest(parts?: Parameters<typeof hessianBody>[0]): DubboRequest {
  return new DubboRequest(makeFrame(0xc2, 0, hessianBody(parts)));
}

/** One item of fastjson2: length and JSONB. */
export function item(...bytes: readonly (number | string)[]): Bytes {
  const value = Buffer.concat(bytes.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([length, value]);
}

/** A short ASCII text in JSONB. */
export function ascii(text: string): string {
  return String.fromCharCode(0x49 + text.length) + text;
}

export function fastjsonRequest(map: Bytes, args: readonly Bytes[] = [], types = ''): DubboRequest {
  const texts = ['2.0.2', 'a.B', '1.0.0', 'call', types].map((text) => item(ascii(text)));
  return new DubboRequest(makeFrame(0xd7, 0, Buffer.concat([...texts, ...args, map])));
}
