import type { Bytes } from '../../base/bytes.ts';
import { Timer, type Timers } from '../../base/timers.ts';
import type { DatagramOwner, DatagramSocket } from '../../net/datagram/datagram-socket.ts';
import type { Cluster } from '../../upstream/cluster.ts';
import type { Host } from '../../upstream/host.ts';

/** As much of a socket as a session uses. */
export type DatagramPeer = Pick<DatagramSocket, 'send' | 'close'>;

export interface DatagramSessionOptions {
  readonly timers: Timers;
  readonly cluster: Cluster;
  readonly host: Host;
  /** How long nothing may pass either way, in milliseconds. */
  readonly idleMs: number;
  /** Begins to reach a host. */
  connect(owner: DatagramOwner): DatagramPeer;
  /** Something for the client. */
  onAnswer(bytes: Bytes): void;
  /** Once. */
  onEnd(): void;
}

/** What one client and one host say to each other. As a timer it is the end of that, when both have been silent for long. */
export class DatagramSession extends Timer implements DatagramOwner {
  private readonly options: DatagramSessionOptions;
  private readonly upstream: DatagramPeer;
  private idleMs: number;
  private lastAt: number;
  private answered = false;
  private over = false;

  constructor(options: DatagramSessionOptions) {
    super();
    const { timers, host, idleMs } = options;
    this.options = options;
    this.idleMs = idleMs;
    this.lastAt = timers.now;
    host.count('connectionTotal');
    host.connectionOpened();
    host.requestStarted();
    this.upstream = options.connect(this);
    timers.schedule(this, idleMs);
  }

  /** Its host does not belong to the cluster any more. */
  get stale(): boolean {
    return this.options.host.left;
  }

  /** From the client. */
  send(bytes: Bytes): void {
    this.lastAt = this.options.timers.now;
    this.options.host.count('bytesSent', bytes.length);
    this.upstream.send(bytes);
  }

  onDatagram(bytes: Bytes): void {
    if (this.over) return;
    this.lastAt = this.options.timers.now;
    this.answered = true;
    this.options.host.count('bytesReceived', bytes.length);
    this.options.onAnswer(bytes);
  }

  /** Nobody listens there, or the host cannot be reached: the next datagram had better go to another one. */
  onDatagramError(): void {
    this.options.host.count('connectionFailed');
    this.end(false);
  }

  /** Ends it sooner when it is quiet. */
  limitIdle(ms: number): void {
    this.idleMs = Math.min(this.idleMs, ms);
    if (!this.over) this.options.timers.schedule(this, this.idleMs);
  }

  override expire(): void {
    const { timers } = this.options;
    const left = this.lastAt + this.idleMs - timers.now;
    // A session that is used sets no timer: this one looks when it expires.
    if (left > 0) timers.schedule(this, left);
    else this.end(this.answered ? true : undefined);
  }

  /** `success`: what it says of the host. */
  end(success: boolean | undefined): void {
    if (this.over) return;
    this.over = true;
    const { timers, host, onEnd } = this.options;
    timers.cancel(this);
    this.upstream.close();
    host.connectionClosed();
    host.requestEnded(success);
    onEnd();
  }
}
