import { type Bytes, type Outcome, outcomeOfStatus, type ResponseHead } from 'meshloom/protocol';
import type { HeadDigest } from './digest.ts';
import { Http1Fields } from './fields.ts';
import type { HeadScanner } from './scanner.ts';

/** `HTTP/1.1 200 ` */
const REASON_START = 13;

/** A response head that came over HTTP/1, with the bytes that it came in. */
export class Http1ResponseHead implements ResponseHead {
  readonly protocol = 'http1';
  readonly status: number;
  readonly fields: Http1Fields;
  /** It has made a tunnel of the stream. */
  upgraded = false;
  readonly contentLength: number;
  readonly chunkedLine: number;
  readonly hidden: number;
  readonly keepAliveLines: number;
  /** The status line cannot go on as it came. */
  readonly lineChanged: boolean;
  private readonly reasonEnd: number;

  /** `head` is the whole head that `scanner` has completed and `digest` has read. */
  constructor(head: Bytes, scanner: HeadScanner, digest: HeadDigest) {
    this.status = scanner.status;
    this.fields = new Http1Fields(head, scanner);
    this.contentLength = digest.contentLength;
    this.chunkedLine = digest.chunkedLine;
    this.hidden = digest.hidden;
    this.keepAliveLines = digest.keepAliveLines;
    this.reasonEnd = scanner.reasonEnd;
    this.lineChanged = scanner.minor !== 1 || scanner.reasonEnd < REASON_START;
  }

  /** Where the fields begin. */
  get startLineEnd(): number {
    return this.reasonEnd + 2;
  }

  get code(): number {
    return this.status;
  }

  get outcome(): Outcome {
    return outcomeOfStatus(this.status);
  }

  /** The server's own words for the status; empty when it had none. */
  get reason(): string {
    return this.reasonEnd <= REASON_START ? '' : this.fields.head.toString('latin1', REASON_START, this.reasonEnd);
  }
}
