/** Dubbo: calls of `echo` with an argument that belongs to the id. Every id and every byte of every answer is checked. */
import { HEAD_BYTES, ID_AT, LENGTH_AT, requestFrame, responseFrame } from './dubbo-frames.ts';
import type { Language } from './generator.ts';

const DIGITS = 12;
const ARGUMENT = `call ${'0'.repeat(DIGITS)}`;
/** More than are in flight on a connection. Each call has a place of its own as long as it is. */
const PLACES = 65_536;
const ZERO = 0x30;

/** Writes a number in decimal digits. */
function writeDigits(bytes: Buffer, at: number, value: number): void {
  for (let digit = at + DIGITS - 1; digit >= at; digit--) {
    const rest = Math.floor(value / 10);
    bytes[digit] = ZERO + value - rest * 10;
    value = rest;
  }
}

export default function makeLanguage(_settings: readonly string[], now: () => number): Language {
  const request = requestFrame(ARGUMENT);
  const response = responseFrame(ARGUMENT);
  const requestDigits = request.indexOf(ARGUMENT, 0, 'latin1') + ARGUMENT.length - DIGITS;
  const responseDigits = response.indexOf(ARGUMENT, 0, 'latin1') + ARGUMENT.length - DIGITS;
  // As Dubbo 3 does: beyond what 32 bits hold, and different on each connection.
  const idHigh = Math.floor(Math.random() * 0xffff_ffff);
  const waiting = new Uint32Array(PLACES);
  const askedAt = new Float64Array(PLACES);
  let idLow = 0;

  function write(bytes: Buffer, at: number): void {
    idLow = (idLow + 1) >>> 0;
    request.copy(bytes, at);
    bytes.writeUInt32BE(idHigh, at + ID_AT);
    bytes.writeUInt32BE(idLow, at + ID_AT + 4);
    writeDigits(bytes, at + requestDigits, idLow);
    waiting[idLow % PLACES] = idLow;
    askedAt[idLow % PLACES] = now();
  }

  /** Whether the whole frame is the answer to that id. */
  function isAnswer(bytes: Buffer, at: number, end: number, id: number): boolean {
    if (waiting[id % PLACES] !== id) return false;
    waiting[id % PLACES] = 0;
    response.writeUInt32BE(idHigh, ID_AT);
    response.writeUInt32BE(id, ID_AT + 4);
    writeDigits(response, responseDigits, id);
    return response.compare(bytes, at, end) === 0;
  }

  return {
    ask(count) {
      const bytes = Buffer.allocUnsafe(count * request.length);
      for (let at = 0; at < bytes.length; at += request.length) write(bytes, at);
      return bytes;
    },
    hear(bytes, answered) {
      let at = 0;
      while (bytes.length - at >= HEAD_BYTES) {
        const end = at + HEAD_BYTES + bytes.readUInt32BE(at + LENGTH_AT);
        if (end > bytes.length) break;
        const id = bytes.readUInt32BE(at + ID_AT + 4);
        const place = id % PLACES;
        answered(isAnswer(bytes, at, end, id), askedAt[place]!);
        at = end;
      }
      return at;
    },
  };
}
