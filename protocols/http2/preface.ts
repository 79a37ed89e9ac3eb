import type { Bytes, Sniff } from 'meshloom/protocol';

/** What a client says first (RFC 9113 section 3.4): to a server of HTTP/1.1 a request that it must refuse. */
export const PREFACE: Bytes = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

/** Whether a connection begins so. */
export function sniffPreface(prefix: Bytes): Sniff {
  const length = Math.min(prefix.length, PREFACE.length);
  if (PREFACE.compare(prefix, 0, length, 0, length) !== 0) return 'no';
  return length === PREFACE.length ? 'yes' : 'more';
}
