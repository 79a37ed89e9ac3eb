import { BrotliCompress, BrotliDecompress, constants, Gzip, Unzip } from 'minizlib';
import { type Bytes, EMPTY } from '../../../base/bytes.ts';

/** Content codings (RFC 9110 section 8.4.1) that answers can get. */
export const RESPONSE_CODINGS = ['br', 'gzip'] as const;
export type ResponseCoding = (typeof RESPONSE_CODINGS)[number];

/** Those that can be undone. */
export const REQUEST_CODINGS = ['br', 'deflate', 'gzip'] as const;
export type RequestCoding = (typeof REQUEST_CODINGS)[number];

/** How hard compressors try. */
export interface Effort {
  readonly gzipLevel: number;
  readonly brotliQuality: number;
}

/** What of `br` is looked back at: 256 KiB. Its own 4 MiB, for each answer under way, would be memory that anybody can ask for. */
const BROTLI_WINDOW_BITS = 18;

/**
 * Compressed bytes unfold to a thousand times as many (RFC 1951: 258 bytes of two bits). Given piece by piece, none makes more than 1 MiB
 * before somebody looks.
 */
export const PIECE_BYTES = 1_024;

/** Unlike those of node:zlib they do their work within the call, so that backpressure and the order of a body stay what they are. */
type Stream = Gzip | BrotliCompress | BrotliDecompress | Unzip;

/** Turns bytes into others, in the same call. */
export class Transform {
  private readonly stream: Stream;
  private out: Bytes[] = [];
  /** Since it began. */
  bytesOut = 0;
  /** What is wrong with what it was given. */
  error: Error | undefined;
  private over = false;

  constructor(stream: Stream) {
    this.stream = stream;
    stream.on('data', (bytes) => {
      this.out.push(bytes);
      this.bytesOut += bytes.length;
    });
    stream.on('error', (error: unknown) => {
      this.error ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  /** `flush`: nothing is kept back for what may follow. `end`: nothing follows. */
  push(bytes: Bytes, flush: boolean, end: boolean): Bytes {
    if (this.over || this.error !== undefined) return EMPTY;
    if (bytes.length > 0) this.stream.write(bytes);
    if (end) {
      this.over = true;
      if (this.error === undefined) this.stream.end();
    } else if (flush && bytes.length > 0) this.stream.flush();
    const { out } = this;
    this.out = [];
    return out.length === 1 ? out[0]! : Buffer.concat(out);
  }

  /** Nothing more is wanted of it. */
  close(): void {
    if (!this.over) this.stream.close();
    this.over = true;
    this.out = [];
  }
}

export function compressor(coding: ResponseCoding, { gzipLevel, brotliQuality }: Effort): Transform {
  if (coding === 'gzip') return new Transform(new Gzip({ level: gzipLevel === 0 ? 6 : gzipLevel, flush: constants.Z_NO_FLUSH }));
  const options = {
    flush: constants.BROTLI_OPERATION_PROCESS,
    params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality, [constants.BROTLI_PARAM_LGWIN]: BROTLI_WINDOW_BITS },
  };
  return new Transform(new BrotliCompress(options));
}

/** `deflate` is zlib's format (RFC 9110 section 8.4.1.2). */
export function decompressor(coding: RequestCoding): Transform {
  return new Transform(coding === 'br' ? new BrotliDecompress({}) : new Unzip({}));
}
