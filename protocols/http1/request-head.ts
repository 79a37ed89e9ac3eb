import { type Bytes, IDEMPOTENT_METHODS, type RequestHead } from 'meshloom/protocol';
import { isAuthority } from './authority.ts';
import type { HeadDigest } from './digest.ts';
import { Http1Fields } from './fields.ts';
import type { Refusal } from './refusal.ts';
import * as refusal from './refusal.ts';
import { type HeadScanner, MARKS_PER_FIELD, VALUE_END, VALUE_START } from './scanner.ts';
import { readTarget, SLASH } from './target.ts';

/** ` HTTP/1.1` and its CRLF. */
const REST_OF_LINE = 11;

const COMMON_METHODS: readonly (readonly [method: string, bytes: Uint8Array])[] = [
  'GET',
  'POST',
  'PUT',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'CONNECT',
].map((method) => [method, Buffer.from(method)]);

/** A request head that came over HTTP/1, with the bytes that it came in. */
export class Http1RequestHead implements RequestHead {
  readonly protocol = 'http1';
  readonly oneWay = false;
  readonly timeoutMs = undefined;
  readonly fields: Http1Fields;
  readonly upgrade: string;
  scheme: string;
  /** As announced by the client, -1 when nothing was; as long as nobody changes the fields. */
  readonly contentLength: number;
  /** The line that says `Transfer-Encoding: chunked`; -1 when there is none. */
  readonly chunkedLine: number;
  /** The client takes trailers and says so to the next hop, too. */
  readonly teTrailers: boolean;
  /** Lines of the head that concern the client's connection only. */
  readonly hidden: number;
  /** Those of them that may stay where the head goes on as it came. */
  readonly keepAliveLines: number;
  /** The request line cannot go on as it came. */
  lineChanged: boolean;
  private readonly targetStart: number;
  private readonly targetEnd: number;
  private readonly hostStart: number;
  private readonly hostEnd: number;
  private methodText: string;
  private pathText: string | undefined = undefined;
  private authorityText: string | undefined = undefined;

  /** `head` is the whole head that `scanner` has completed and `digest` has read. */
  constructor(head: Bytes, scanner: HeadScanner, digest: HeadDigest, secure: boolean) {
    this.fields = new Http1Fields(head, scanner);
    this.scheme = secure ? 'https' : 'http';
    this.contentLength = digest.contentLength;
    this.chunkedLine = digest.chunkedLine;
    this.teTrailers = digest.teTrailers;
    this.hidden = digest.hidden;
    this.keepAliveLines = digest.keepAliveLines;
    this.lineChanged = scanner.minor !== 1;
    this.targetStart = scanner.methodEnd + 1;
    this.targetEnd = scanner.targetEnd;
    this.methodText = methodOf(head, scanner.methodEnd);
    this.upgrade = this.methodText === 'CONNECT' ? 'connect' : (digest.upgrade[0] ?? '');
    const host = scanner.first + digest.hostLine * MARKS_PER_FIELD;
    this.hostStart = digest.hostLine < 0 ? 0 : scanner.marks[host + VALUE_START]!;
    this.hostEnd = digest.hostLine < 0 ? 0 : scanner.marks[host + VALUE_END]!;
    this.pathText = undefined;
    this.authorityText = undefined;
  }

  /** What is wrong with target and Host, once for a head that has just come. A target in another form is brought into origin-form. */
  check(): Refusal | undefined {
    const { head } = this.fields;
    if (!isAuthority(head, this.hostStart, this.hostEnd, true, false)) return refusal.BAD_HOST;
    if (head[this.targetStart] === SLASH && this.methodText !== 'CONNECT') return undefined;
    const target = readTarget(head, this.targetStart, this.targetEnd, this.methodText);
    if (target === undefined) return refusal.BAD_TARGET;
    if (target.scheme !== undefined) {
      this.scheme = target.scheme;
      this.lineChanged = true;
    }
    this.pathText = target.path;
    // RFC 9112 section 3.2.2: the Host that came with it is not to be believed, and not to be sent on.
    if (target.authority !== undefined && target.authority !== this.authority) this.authority = target.authority;
    return undefined;
  }

  /** Where the fields begin. */
  get startLineEnd(): number {
    return this.targetEnd + REST_OF_LINE;
  }

  get method(): string {
    return this.methodText;
  }

  set method(method: string) {
    this.methodText = method;
    this.lineChanged = true;
  }

  get path(): string {
    this.pathText ??= this.fields.head.toString('latin1', this.targetStart, this.targetEnd);
    return this.pathText;
  }

  set path(path: string) {
    this.pathText = path;
    this.lineChanged = true;
  }

  /** The Host: one and the same thing, so that no two recipients may differ about it. */
  get authority(): string {
    if (this.fields.changed) return this.fields.get('host') ?? '';
    this.authorityText ??= this.fields.head.toString('latin1', this.hostStart, this.hostEnd);
    return this.authorityText;
  }

  set authority(authority: string) {
    this.fields.set('host', authority);
  }

  get idempotent(): boolean {
    return IDEMPOTENT_METHODS.has(this.methodText);
  }
}

/** Without making a string for a method that every client sends. */
function methodOf(head: Buffer, length: number): string {
  for (let index = 0; index < COMMON_METHODS.length; index++) {
    const [method, bytes] = COMMON_METHODS[index]!;
    if (bytes.length !== length) continue;
    let same = 0;
    while (same < length && head[same] === bytes[same]) same++;
    if (same === length) return method;
  }
  return head.toString('latin1', 0, length);
}
