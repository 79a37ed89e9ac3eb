/** Dubbo's frames in hessian2, written and read by hessian.js: with one argument of text, and one value of text. */

import type { Socket } from 'node:net';
import { DecoderV2, EncoderV2 } from 'hessian.js';
import type { Texts } from './language.ts';

const MAGIC = 0xdabb;
const HEAD_BYTES = 16;
const REQUEST = 0xc2;
const RESPONSE = 0x02;
const EVENT = 0x20;
const TWO_WAY = 0x40;
export const STATUS_OK = 20;
/** The method of Dubbo's own by which any other one can be called. */
const GENERIC = '$invoke';

const VALUE_WITH_ATTACHMENTS = 4;
const NULL_WITH_ATTACHMENTS = 5;

export interface DubboCall {
  readonly service: string;
  readonly version: string;
  readonly method: string;
  readonly attachments: Texts;
  readonly argument: string;
}

export interface DubboAnswer {
  /** The byte of the head. */
  readonly status: number;
  /** The value, or what went wrong. */
  readonly text: string;
  readonly attachments: Texts;
}

export interface DubboFrame {
  readonly id: bigint;
  readonly status: number;
  readonly isTwoWay: boolean;
  readonly body: Buffer;
}

function frame(flags: number, status: number, id: bigint, body: Buffer): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + body.length);
  bytes.writeUInt16BE(MAGIC, 0);
  bytes.writeUInt8(flags, 2);
  bytes.writeUInt8(status, 3);
  bytes.writeBigUInt64BE(id, 4);
  bytes.writeUInt32BE(body.length, 12);
  body.copy(bytes, HEAD_BYTES);
  return bytes;
}

/** hessian.js hands out its own memory. */
function written(encoder: EncoderV2): Buffer {
  return Buffer.from(encoder.get());
}

export function callFrame(id: bigint, { service, version, method, attachments, argument }: DubboCall): Buffer {
  const encoder = new EncoderV2();
  for (const text of ['2.0.2', service, version, method, 'Ljava/lang/String;', argument]) encoder.writeString(text);
  return frame(REQUEST, 0, id, written(encoder.write({ path: service, interface: service, version, ...attachments })));
}

export function readCall(body: Buffer): DubboCall {
  const decoder = new DecoderV2(body);
  const [, service = '', version = '', method = ''] = Array.from({ length: 5 }, () => decoder.readString());
  const argument = method === GENERIC ? readGenericCall(decoder) : decoder.readString();
  return { service, version, method, argument, attachments: decoder.read() as Texts };
}

/** The method that is meant, the types that it is told by, and its arguments, as JSON. */
function readGenericCall(decoder: DecoderV2): string {
  return JSON.stringify([decoder.readString(), decoder.read(), decoder.read()]);
}

export function answerFrame(id: bigint, { status, text, attachments }: DubboAnswer): Buffer {
  const encoder = new EncoderV2();
  if (status !== STATUS_OK) return frame(RESPONSE, status, id, written(encoder.writeString(text)));
  return frame(RESPONSE, status, id, written(encoder.write(VALUE_WITH_ATTACHMENTS).writeString(text).write(attachments)));
}

export function readAnswer({ status, body }: DubboFrame): DubboAnswer {
  const decoder = new DecoderV2(body);
  if (status !== STATUS_OK) return { status, text: decoder.readString(), attachments: {} };
  const kind = decoder.readInt();
  const hasValue = kind === 1 || kind === VALUE_WITH_ATTACHMENTS;
  const text = hasValue ? String(decoder.read()) : '';
  return { status, text, attachments: kind === VALUE_WITH_ATTACHMENTS || kind === NULL_WITH_ATTACHMENTS ? (decoder.read() as Texts) : {} };
}

/** Hands on the calls, or answers, of a connection. Whoever asks for a sign of life gets one. */
export function readFrames(socket: Socket, heard: (frame: DubboFrame) => void): void {
  let unread: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= HEAD_BYTES && unread.length >= HEAD_BYTES + unread.readUInt32BE(12)) {
      const end = HEAD_BYTES + unread.readUInt32BE(12);
      const flags = unread.readUInt8(2);
      const isEvent = (flags & EVENT) !== 0;
      const isTwoWay = (flags & TWO_WAY) !== 0;
      const id = unread.readBigUInt64BE(4);
      if (isEvent && isTwoWay) socket.write(frame(RESPONSE | EVENT, STATUS_OK, id, unread.subarray(HEAD_BYTES, end)));
      else if (!isEvent) heard({ id, status: unread.readUInt8(3), isTwoWay, body: unread.subarray(HEAD_BYTES, end) });
      unread = unread.subarray(end);
    }
  });
}
