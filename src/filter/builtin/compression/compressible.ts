import type { Fields } from '../../../protocol/fields.ts';
import type { Exchange } from '../../filter.ts';

/** Statuses whose answers have no body, or a part of one whose places are counted as it is (RFC 9110 sections 15.2 to 15.4). */
const LEFT_ALONE: ReadonlySet<number> = new Set([204, 205, 206, 304]);

/** Whether an answer could be compressed, whatever its client takes. */
export function isCompressible(
  { request, response, responseEndsWithHead }: Exchange,
  types: ReadonlySet<string>,
  minBytes: number,
): boolean {
  if (response === undefined || responseEndsWithHead || response.upgraded === true) return false;
  if (response.status < 200 || LEFT_ALONE.has(response.status) || request.method === 'HEAD') return false;
  const { fields } = response;
  const [type = ''] = (fields.get('content-type') ?? '').split(';', 1);
  if (!types.has(type.trim().toLowerCase())) return false;
  if (fields.has('content-encoding') || fields.has('content-range')) return false;
  // RFC 9111 section 5.2.2.6.
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/i.test(fields.get('cache-control') ?? '')) return false;
  const length = fields.get('content-length');
  return length === undefined || Number(length) >= minBytes;
}

/** The head of an answer whose body is another one now. */
export function markCompressed(fields: Fields, coding: string): void {
  fields.set('content-encoding', coding);
  fields.delete('content-length');
  // Parts of it could not be asked for: their places are not those of the body that is sent (RFC 9110 section 14.3).
  fields.delete('accept-ranges');
  fields.delete('content-md5');
  // Byte for byte it is not the same any more: RFC 9110 section 8.8.1.
  const tag = fields.get('etag');
  if (tag?.startsWith('"')) fields.set('etag', `W/${tag}`);
}

/** Caches must know that another client may get another answer: RFC 9110 section 12.5.5. */
export function varyByEncoding(fields: Fields): void {
  const vary = fields.get('vary');
  if (vary === undefined || vary === '') fields.set('vary', 'accept-encoding');
  else if (!/(?:^|,)\s*(?:accept-encoding|\*)\s*(?:,|$)/i.test(vary)) fields.set('vary', `${vary}, accept-encoding`);
}
