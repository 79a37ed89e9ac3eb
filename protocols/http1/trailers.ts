import { FieldList, type Fields } from 'meshloom/protocol';
import { isHopByHop } from './field-kind.ts';

/**
 * Fields that a recipient would act upon before it has seen a trailer, or that would change what the message was (RFC 9110 section 6.5.1):
 * framing, routing, request modifiers, authentication, and how the content is to be understood.
 */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'max-forwards',
  'pragma',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'set-cookie',
  'trailer',
  'www-authenticate',
]);

/** The fields that may stand in a trailer section; undefined when none does. */
export function permittedTrailers(fields: Fields): Fields | undefined {
  let permitted: FieldList | undefined;
  for (const [name, value] of fields) {
    if (FORBIDDEN.has(name) || isHopByHop(name)) continue;
    permitted ??= new FieldList();
    permitted.append(name, value);
  }
  return permitted;
}
