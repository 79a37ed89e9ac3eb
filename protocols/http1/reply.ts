import type { Bytes, Fields } from 'meshloom/protocol';
import { neutralLines } from './outgoing.ts';
import { statusLine } from './reason.ts';

/** A whole response made here: a status, and one line of text on why. */
export function replyBytes(status: number, message: string, connection: string, withBody: boolean, fields?: Fields): Bytes {
  const text = message === '' ? '' : `${message}\n`;
  const body = Buffer.from(text, 'utf8');
  const lines = fields === undefined ? '' : neutralLines(fields, false);
  const type = text === '' || fields?.has('content-type') === true ? '' : 'content-type: text/plain; charset=utf-8\r\n';
  const head = Buffer.from(`${statusLine(status)}${lines}${type}content-length: ${body.length}\r\n${connection}\r\n`, 'latin1');
  return withBody && body.length > 0 ? Buffer.concat([head, body]) : head;
}

/** RFC 9110 section 15.2.2. `protocol` is a name that is known here, and so fit to be said. */
export function switchingTo(protocol: string): Bytes {
  return Buffer.from(`${statusLine(101)}connection: upgrade\r\nupgrade: ${protocol}\r\n\r\n`, 'latin1');
}
