import type { RequestHead } from '../protocol/head.ts';

/** Reads one named value of a request; undefined when there is none. */
export type ReadField = (head: RequestHead) => string | undefined;

/**
 * What a header match of that name looks at. Besides the fields themselves: the method, the pseudo-header names of HTTP/2 (RFC 9113
 * section 8.3.1), and for RPC requests, which are those without a scheme, `service`, `method` and `group` wherever the protocol
 * keeps them.
 */
export function fieldReader(name: string): ReadField {
  const field = name.toLowerCase();
  switch (field) {
    case ':method':
      return (head) => present(head.method);
    case ':path':
      return (head) => present(head.path);
    case ':scheme':
      return (head) => present(head.scheme);
    case ':authority':
    case 'host':
      return (head) => present(head.authority);
    case 'method':
      return (head) => (head.scheme === '' ? (head.fields.get(field) ?? present(head.method)) : present(head.method));
    case 'service':
      return (head) => head.fields.get(field) ?? (head.scheme === '' ? present(head.path) : undefined);
    case 'group':
      return (head) => head.fields.get(field) ?? (head.scheme === '' ? present(head.authority) : undefined);
    default:
      return (head) => head.fields.get(field);
  }
}

function present(value: string): string | undefined {
  return value === '' ? undefined : value;
}
