import type { Bytes } from 'meshloom/protocol';
import type { Http1Fields } from './fields.ts';

/** A head made of one that came over HTTP/1. What stays has the bytes it came in. */
export interface Splice {
  /** With its CRLF. undefined: as it came. */
  readonly startLine: string | undefined;
  /** Hidden line that stays all the same; -1 when there is none. */
  readonly shownLine: number;
  /** Name of a field that goes. */
  readonly dropped: string | undefined;
  /** Whole lines to add. */
  readonly extra: string;
}

/** `firstField` is where the start line of the original ends. */
export function spliceHead(fields: Http1Fields, firstField: number, { startLine, shownLine, dropped, extra }: Splice): Bytes {
  const { head } = fields;
  const tail = fields.changed ? `${fields.addedLines(dropped)}${extra}\r\n` : `${extra}\r\n`;
  const out: Bytes = Buffer.allocUnsafe(head.length + (startLine?.length ?? 0) + tail.length + fields.extraBytes);
  let at = startLine === undefined ? head.copy(out, 0, 0, firstField) : out.write(startLine, 0, 'latin1');
  at = fields.copyLines(out, at, shownLine, dropped);
  at += out.write(tail, at, 'latin1');
  return out.subarray(0, at);
}
