import type { ProxyCounts } from '../proxy/counts.ts';
import type { ConnectionCounts } from './admin/collect-stats.ts';

/** Somebody who listens: for connections, or for datagrams. */
export interface Served {
  readonly name: string;
  /** Where it listens, with the port that the system chose. */
  readonly address: string;
  readonly counts: ProxyCounts;
  readonly connectionCounts: ConnectionCounts;
  /** Rejects with an Error of one line that names the listener, the trouble and a remedy. */
  listen(): Promise<void>;
  /** Takes nothing new, lets what is there finish, and resolves when the last of it is gone. */
  drain(): Promise<void>;
  /** Ends everything now. */
  close(): void;
}

/** What a configuration says of one listener, made ready so that nothing can fail any more but listening itself. */
export interface ListenerPlan {
  /** Makes the listener, where there is none at that place. */
  open(): Served;
  /** Lets the one that is there go on in this way. */
  handTo(served: Served): void;
  /** Nothing comes of it. */
  discard(): void;
}
