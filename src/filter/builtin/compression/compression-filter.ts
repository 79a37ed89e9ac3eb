import { type Bytes, EMPTY } from '../../../base/bytes.ts';
import type { Exchange, Filter, Verdict } from '../../filter.ts';
import type { Slot } from '../../slot.ts';
import { preferredCoding } from './accept-encoding.ts';
import {
  compressor,
  decompressor,
  PIECE_BYTES,
  REQUEST_CODINGS,
  type RequestCoding,
  type ResponseCoding,
  type Transform,
} from './codings.ts';
import { isCompressible, markCompressed, varyByEncoding } from './compressible.ts';
import type { CompressionSettings } from './settings.ts';

/** What is done with the bodies of one exchange. */
export interface Work {
  /** What the client said, before anything changed it on its way. */
  readonly accepted: string | undefined;
  request: Transform | undefined;
  response: Transform | undefined;
  /** Pieces of the answer are to arrive as they come. */
  flush: boolean;
}

/** What holds for some requests. */
export interface CompressionPolicy {
  readonly settings: CompressionSettings;
  readonly types: ReadonlySet<string>;
}

export function compressionPolicy(settings: CompressionSettings): CompressionPolicy {
  return { settings, types: new Set(settings.contentTypes.map((type) => type.toLowerCase())) };
}

/** A client that reads events wants each when it happens. */
const EVENTS = 'text/event-stream';

/** Compresses answers, and decompresses requests, while they pass. */
export class CompressionFilter implements Filter {
  readonly name: string;
  private readonly work: Slot<Work>;
  private readonly policyOf: (exchange: Exchange) => CompressionPolicy;

  constructor(name: string, work: Slot<Work>, policyOf: (exchange: Exchange) => CompressionPolicy) {
    this.name = name;
    this.work = work;
    this.policyOf = policyOf;
  }

  onRoute(exchange: Exchange): Verdict {
    const { disabled, decompressRequests } = this.policyOf(exchange).settings;
    const { fields, upgrade, scheme } = exchange.request;
    // Only HTTP has codings of content: the bytes of a call are a frame, whatever its attachments say.
    if (scheme === '') return undefined;
    // Asked again for another route, it has done its work already.
    if (disabled || upgrade !== '' || exchange.get(this.work) !== undefined) return undefined;
    const coding = decompressRequests.length === 0 ? undefined : requestCoding(fields.get('content-encoding'));
    const undone = coding !== undefined && decompressRequests.includes(coding);
    if (undone) {
      fields.delete('content-encoding');
      fields.delete('content-length');
    }
    exchange.set(this.work, {
      accepted: fields.get('accept-encoding'),
      request: undone ? decompressor(coding) : undefined,
      response: undefined,
      flush: false,
    });
    return undefined;
  }

  onRequestData(exchange: Exchange, bytes: Bytes, end: boolean): Bytes {
    const transform = exchange.get(this.work)?.request;
    if (transform === undefined) return bytes;
    const most = this.policyOf(exchange).settings.maxRequestBytes;
    const made: Bytes[] = [];
    for (let at = 0; at < bytes.length || (end && at === 0); at += PIECE_BYTES) {
      const last = end && at + PIECE_BYTES >= bytes.length;
      made.push(transform.push(bytes.subarray(at, at + PIECE_BYTES), false, last));
      if (transform.error !== undefined) {
        exchange.reply('bad-request', 'the body of the request is not encoded as it says');
        return EMPTY;
      }
      if (transform.bytesOut > most) {
        transform.close();
        exchange.reply('too-large', `the body of the request unfolds to more than ${most} bytes`);
        return EMPTY;
      }
    }
    return made.length === 1 ? made[0]! : Buffer.concat(made);
  }

  onResponse(exchange: Exchange): Verdict {
    const work = exchange.get(this.work);
    const { settings, types } = this.policyOf(exchange);
    const { response } = exchange;
    if (work === undefined || response === undefined || !isCompressible(exchange, types, settings.minBytes)) return undefined;
    varyByEncoding(response.fields);
    const coding: ResponseCoding | undefined = preferredCoding(work.accepted, settings.algorithms);
    if (coding === undefined) return undefined;
    work.flush = response.fields.get('content-type')?.startsWith(EVENTS) === true;
    work.response = compressor(coding, settings);
    markCompressed(response.fields, coding);
    return undefined;
  }

  onResponseData(exchange: Exchange, bytes: Bytes, end: boolean): Bytes {
    const work = exchange.get(this.work);
    return work?.response === undefined ? bytes : work.response.push(bytes, work.flush, end);
  }

  onComplete(exchange: Exchange): void {
    const work = exchange.get(this.work);
    work?.request?.close();
    work?.response?.close();
  }
}

/** One that can be undone. Several, one upon the other, are left to the upstream. */
function requestCoding(written: string | undefined): RequestCoding | undefined {
  const lower = written?.trim().toLowerCase();
  const name = lower === 'x-gzip' ? 'gzip' : lower;
  return REQUEST_CODINGS.find((coding) => coding === name);
}
