import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import { Timer } from '../base/timers.ts';
import type { Fields } from '../protocol/fields.ts';
import type { Outcome, ResponseHead } from '../protocol/head.ts';
import type { ClientStream, ResponseHandler } from '../protocol/stream.ts';
import type { Pool, PoolConnection, PoolWaiter } from '../stream/pool.ts';
import type { UpstreamCount } from '../upstream/counts.ts';
import type { Host } from '../upstream/host.ts';
import { statusOfAnswer } from '../upstream/verdict.ts';

/** Who wants to know how the attempt goes. Calls come only from the attempt that is under way. */
export interface AttemptOwner {
  onAttemptStream(stream: ClientStream): void;
  onAttemptInformational(head: ResponseHead): void;
  onAttemptHead(head: ResponseHead, end: boolean): void;
  onAttemptData(bytes: Bytes, end: boolean): void;
  onAttemptTrailers(trailers: Fields): void;
  onAttemptDrain(): void;
  /** No more will come of it. */
  onAttemptFault(why: Fault): void;
  onAttemptTimeout(): void;
}

/** One try at one host: the upstream half of an exchange. As a timer it is the time limit of the try. */
export class Attempt extends Timer implements ResponseHandler, PoolWaiter {
  readonly host: Host;
  stream: ClientStream | undefined = undefined;
  connection: PoolConnection | undefined = undefined;
  private owner: AttemptOwner;
  private readonly pool: Pool;
  /** Still under way: its host counts it, and its owner hears of it. */
  private live = true;
  private response: ResponseHead | undefined = undefined;
  /** The response has said at its end that the host has failed. */
  private failed = false;
  /** It has been held against the host that it took too long. */
  private late = false;
  /** Where the host has a meter. */
  private readonly startedAt: number;

  constructor(owner: AttemptOwner, host: Host, pool: Pool) {
    super();
    this.owner = owner;
    this.host = host;
    this.pool = pool;
    this.startedAt = host.meter === undefined ? 0 : host.meter.now;
    host.requestStarted();
  }

  /** The stream or the fault when it is known at once; otherwise undefined, and the owner hears of it later. */
  open(): ClientStream | Fault | undefined {
    const got = this.pool.open(this, this);
    if (got === undefined) return undefined;
    if ('processed' in got) this.finish(got.code === 'overflow' ? undefined : false);
    else this.stream = got;
    return got;
  }

  /** Somebody else hears of it from now on. */
  handTo(owner: AttemptOwner): void {
    this.owner = owner;
  }

  /** Our own side gives it up. A time-out speaks against the host. */
  cancel(why: Fault): void {
    if (!this.live) return;
    this.host.count(why.code === 'timeout' ? 'requestTimeout' : 'requestLocalReset');
    this.finish(why.code === 'timeout' ? false : undefined);
    if (why.code === 'timeout') this.judgeAsLate(why);
    if (this.stream === undefined) this.pool.cancel(this);
    else this.stream.reset(why);
  }

  /** It goes on, but has taken longer than a try may, which speaks against the host. */
  takesTooLong(why: Fault): void {
    this.host.count('requestTimeout');
    this.judgeAsLate(why);
  }

  /** It is over, and what that says about the host. */
  private finish(success: boolean | undefined): void {
    if (!this.live) return;
    this.live = false;
    this.host.requestEnded(success);
  }

  /** The response has ended. */
  conclude(): void {
    const { response, failed } = this;
    this.finish(!failed && (response === undefined || response.status < 500));
  }

  onStream(stream: ClientStream): void {
    this.stream = stream;
    this.owner.onAttemptStream(stream);
  }
  onPoolFault(why: Fault): void {
    this.fail(why);
  }
  onInformational(head: ResponseHead): void {
    if (this.live) this.owner.onAttemptInformational(head);
  }
  onHead(head: ResponseHead, end: boolean): void {
    if (!this.live) return;
    this.response = head;
    const { passiveCheck, meter } = this.host;
    if (end) this.failed = statusOfAnswer(head, head.outcome) >= 500;
    if (passiveCheck !== undefined || meter !== undefined) {
      meter?.onHead(this.startedAt);
      if (end || head.outcomeOfTrailers === undefined) this.judge(head, head.outcome);
    }
    this.owner.onAttemptHead(head, end);
  }
  onData(bytes: Bytes, end: boolean): void {
    if (this.live) this.owner.onAttemptData(bytes, end);
  }
  onTrailers(trailers: Fields): void {
    if (!this.live) return;
    const { response } = this;
    const outcome = response?.outcomeOfTrailers?.(trailers);
    if (response !== undefined && outcome !== undefined) {
      this.failed = statusOfAnswer(response, outcome) >= 500;
      this.judge(response, outcome);
    }
    this.owner.onAttemptTrailers(trailers);
  }
  onDrain(): void {
    if (this.live) this.owner.onAttemptDrain();
  }
  onReset(why: Fault): void {
    this.fail(why);
  }
  override expire(): void {
    if (this.live) this.owner.onAttemptTimeout();
  }

  private judge(head: ResponseHead, outcome: Outcome): void {
    const { passiveCheck, meter } = this.host;
    passiveCheck?.onResponse(head, outcome);
    meter?.onOutcome(head, outcome);
  }

  private judgeAsLate(why: Fault): void {
    if (this.response !== undefined || this.late) return;
    this.late = true;
    this.host.passiveCheck?.onFault(why);
    this.host.meter?.onFault(this.startedAt);
  }

  private fail(why: Fault): void {
    if (!this.live) return;
    this.host.count(faultCount(why));
    this.finish(why.code === 'overflow' ? undefined : false);
    if (!this.late) {
      this.host.passiveCheck?.onFault(why);
      if (this.response === undefined) this.host.meter?.onFault(this.startedAt);
    }
    this.owner.onAttemptFault(why);
  }
}

function faultCount(why: Fault): UpstreamCount {
  switch (why.code) {
    case 'connect-failed':
      return 'connectionFailed';
    case 'timeout':
      return 'connectionTimeout';
    case 'overflow':
      return 'requestPendingOverflow';
    default:
      return 'requestRemoteReset';
  }
}
