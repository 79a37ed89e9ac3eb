import type { Fault } from '../base/fault.ts';
import type { Logger } from '../base/log.ts';
import type { Timers } from '../base/timers.ts';

/** Between two lines that clients can bring about as often as they like: one for each would let them fill the disk. In milliseconds. */
const LINE_INTERVAL_MS = 1000;

export interface ConnectionLogOptions {
  /** Of the listener. */
  readonly name: string;
  readonly timers: Timers;
  readonly logger: Logger;
}

/** Says of the connections of a listener how they ended, where that was not in good order. */
export class ConnectionLog {
  private readonly options: ConnectionLogOptions;
  private saidAt = Number.NEGATIVE_INFINITY;
  private unsaid = 0;

  constructor(options: ConnectionLogOptions) {
    this.options = options;
  }

  ended({ remoteAddress }: { readonly remoteAddress: string }, why: Fault): void {
    if (why.code === 'closed') return;
    const { name, timers, logger } = this.options;
    const line = (): string => `listener "${name}": the connection of ${remoteAddress} ended: ${why.code}, ${why.detail}`;
    if (!isClientsFault(why)) {
      if (logger.enabled('debug')) logger.debug(line());
      return;
    }
    if (timers.now - this.saidAt < LINE_INTERVAL_MS) {
      this.unsaid++;
      if (logger.enabled('debug')) logger.debug(line());
      return;
    }
    logger.info(line(), this.unsaid === 0 ? undefined : { unsaid_since_last_line: this.unsaid });
    this.saidAt = timers.now;
    this.unsaid = 0;
  }
}

/** What it said, or did not say in time, was not as its protocol wants it. Leaving in the middle is nothing of that kind. */
function isClientsFault({ origin, code }: Fault): boolean {
  if (origin !== 'downstream') return false;
  return (
    code === 'malformed' ||
    code === 'truncated' ||
    code === 'too-large' ||
    code === 'unsupported' ||
    code === 'timeout' ||
    code === 'overflow'
  );
}
