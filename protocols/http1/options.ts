import type { ProtocolOption, ProtocolSettings } from 'meshloom/protocol';

/** What one connection may use. Bytes and counts; 0 for `bodyBytes` means any. */
export interface Limits {
  readonly requestLineBytes: number;
  readonly headBytes: number;
  readonly headerCount: number;
  readonly bodyBytes: number;
  readonly chunkExtensionBytes: number;
  readonly trailerBytes: number;
  readonly pipelinedBytes: number;
  readonly discardedBytes: number;
  readonly halfClose: boolean;
}

const MEBIBYTE = 1024 * 1024;

export const OPTIONS: readonly ProtocolOption[] = [
  {
    name: 'max_request_line_bytes',
    type: 'integer',
    default: 8192,
    minimum: 64,
    maximum: MEBIBYTE,
    description:
      'Longest request line without its line end, in bytes; a longer one is answered with 414. RFC 9112 section 3 asks for at least 8000.',
  },
  {
    name: 'max_head_bytes',
    aliases: ['max_header_size'],
    type: 'integer',
    default: 61440,
    minimum: 256,
    maximum: MEBIBYTE,
    description:
      'Largest head of a request (431) or a response (502), start line and line ends included, in bytes. The default is that of Envoy, 60 KiB: large cookies fit in. MOSN calls it max_header_size (8192 there).',
  },
  {
    name: 'max_header_count',
    type: 'integer',
    default: 100,
    minimum: 1,
    maximum: 10000,
    description: 'Most field lines in a head (431), and in a trailer section. The default is that of Envoy: no browser sends half as many.',
  },
  {
    name: 'max_body_bytes',
    aliases: ['max_request_body_size'],
    type: 'integer',
    default: 0,
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    description:
      'Largest body of a request, in bytes; a larger one is answered with 413, also when that turns out on the way. 0, the default, means any size, for bodies stream through. MOSN calls it max_request_body_size.',
  },
  {
    name: 'max_chunk_extension_bytes',
    type: 'integer',
    default: 16384,
    minimum: 0,
    maximum: MEBIBYTE,
    description:
      'Most bytes of chunk extensions in one body (413 in a request). They are dropped, and nobody uses them but to make work; the default is that of Node.',
  },
  {
    name: 'max_trailer_bytes',
    type: 'integer',
    default: 8192,
    minimum: 2,
    maximum: MEBIBYTE,
    description: 'Largest trailer section, in bytes (431 in a request). A checksum, a status and a signature fit in several times.',
  },
  {
    name: 'max_pipelined_bytes',
    type: 'integer',
    default: 65536,
    minimum: 0,
    maximum: 16 * MEBIBYTE,
    description:
      'Bytes held of requests that wait for the answer to an earlier one; beyond it reading stops until they have had their turn. One chunk of a socket fits in.',
  },
  {
    name: 'max_discarded_bytes',
    type: 'integer',
    default: 65536,
    minimum: 0,
    maximum: 16 * MEBIBYTE,
    description:
      'Bytes of a body that are read and thrown away to keep a connection whose request was answered here before its end; with more to come the connection is closed instead, which is cheaper.',
  },
  {
    name: 'allow_half_close',
    type: 'boolean',
    default: false,
    description:
      'Whether a client that ends its sending side while it waits still gets its answer. False by default, as such a client looks like one that has left, whose request should be given up.',
  },
];

/** What is not named keeps its default. */
export function limitsOf(settings: ProtocolSettings): Limits {
  const value = (name: string): number | boolean | string => settings[name] ?? OPTIONS.find((option) => option.name === name)!.default;
  return {
    requestLineBytes: Number(value('max_request_line_bytes')),
    headBytes: Number(value('max_head_bytes')),
    headerCount: Number(value('max_header_count')),
    bodyBytes: Number(value('max_body_bytes')),
    chunkExtensionBytes: Number(value('max_chunk_extension_bytes')),
    trailerBytes: Number(value('max_trailer_bytes')),
    pipelinedBytes: Number(value('max_pipelined_bytes')),
    discardedBytes: Number(value('max_discarded_bytes')),
    halfClose: value('allow_half_close') === true,
  };
}
