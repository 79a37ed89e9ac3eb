import { list } from '../../../base/schema/collections.ts';
import { defaulted, type Kept } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { boolean, enumeration, integer, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { REQUEST_CODINGS, RESPONSE_CODINGS } from './codings.ts';

/** Texts that are worth it. What is compressed already, such as images, only costs. */
const CONTENT_TYPES = [
  'text/html',
  'text/plain',
  'text/css',
  'text/xml',
  'text/javascript',
  'text/event-stream',
  'application/javascript',
  'application/json',
  'application/xml',
  'application/xhtml+xml',
  'image/svg+xml',
];

const GZIP_LEVEL = integer(0, 9);

/** Settings of `compression`, and what those of `gzip` come to. */
export type CompressionSettings = Read<typeof compressionSettings>;

export const compressionSettings = object(
  'Compression',
  'Compresses answers for clients that take them so, and decompresses requests: `compression`.',
  {
    algorithms: defaulted(
      list(enumeration(...RESPONSE_CODINGS)),
      ['br', 'gzip'],
      'Codings for answers. Where a client likes several of them as much, the first one is taken. None: answers are not compressed.',
    ),
    contentTypes: contentTypes(CONTENT_TYPES),
    minBytes: defaulted(
      integer(),
      1024,
      'How long an answer must be, where it says so beforehand. Below the default little is won: it fits into one packet in either case.',
    ),
    gzipLevel: gzipLevel(6),
    brotliQuality: defaulted(
      integer(0, 11),
      4,
      'How hard `br` tries. The default costs about as much as the default of `gzip` and packs tighter; from 5 on it costs many times that.',
    ),
    decompressRequests: defaulted(
      list(enumeration(...REQUEST_CODINGS)),
      [],
      'Codings of requests that are undone before the upstream gets them. A body that is not what it says is answered with 400.',
    ),
    maxRequestBytes: defaulted(
      integer(1),
      16_777_216,
      'How long a request may become; a longer one is answered with 413. A body of a few KiB may unfold to many MiB, so that there must be a limit.',
    ),
    disabled: defaulted(boolean(), false, 'Whether everything passes as it comes: for routes, in `per_filter_config`.'),
  },
);

/** MOSN's filter: one coding, of answers. */
export const gzipSettings = object('Gzip', "Compresses answers by gzip for clients that take them so: `gzip`, with MOSN's keys.", {
  gzipLevel: gzipLevel(6),
  minBytes: defaulted(integer(), 0, 'How long an answer must be, where it says so beforehand.', { key: 'content_length' }),
  contentTypes: contentTypes(['text/html']),
});

export type GzipSettings = Read<typeof gzipSettings>;

function contentTypes(standard: readonly string[]): Kept<readonly string[]> {
  return defaulted(
    list(text({ atLeast: 1 })),
    [...standard],
    'Answers of these types are compressed. Parameters such as `charset` do not count.',
  );
}

function gzipLevel(standard: number): Kept<number> {
  return defaulted(GZIP_LEVEL, standard, "How hard `gzip` tries, from 1 to 9; 0 is the default, which is MOSN's.");
}
