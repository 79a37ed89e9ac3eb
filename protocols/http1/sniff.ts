import type { Bytes, Sniff } from 'meshloom/protocol';
import { MAX_METHOD_BYTES } from './scanner.ts';
import { SP, TOKEN } from './tables.ts';

/** HTTP/2 begins with what looks like a request, so that HTTP/1 servers refuse it (RFC 9113 section 3.4). */
const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0');

/** A method and a space are what no binary protocol begins with. */
export function sniff(prefix: Bytes): Sniff {
  const compared = Math.min(prefix.length, HTTP2_PREFACE.length);
  if (prefix.compare(HTTP2_PREFACE, 0, compared, 0, compared) === 0) return compared === HTTP2_PREFACE.length ? 'no' : 'more';
  for (let at = 0; at < prefix.length; at++) {
    if (TOKEN[prefix[at]!] === 1) {
      if (at === MAX_METHOD_BYTES) return 'no';
    } else {
      return prefix[at] === SP && at > 0 ? 'yes' : 'no';
    }
  }
  return 'more';
}
