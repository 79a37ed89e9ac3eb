import { type Bytes, EMPTY } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { Transport } from './codec.ts';
import { OutgoingBody } from './frame-writer.ts';
import type { Stream } from './stream.ts';

/** Streams that were told to wait until the connection takes bytes again: few of the many that share it. */
export class Waiting {
  private streams: FrameStream<unknown>[] = [];

  add(stream: FrameStream<unknown>): void {
    this.streams.push(stream);
  }

  drained(): void {
    if (this.streams.length === 0) return;
    const { streams } = this;
    this.streams = [];
    for (const stream of streams) stream.drained();
  }
}

/** What both ends of a stream of a frame protocol share: a message is sent when it is whole, and pauses are counted. */
export abstract class FrameStream<Head> implements Stream {
  /** Nothing more is heard or said. */
  over = false;
  /** The message of this end has left. */
  protected sent = false;
  protected head: Head | undefined = undefined;
  protected pauses = 0;
  protected readonly transport: Transport;
  private readonly maxBodyBytes: number;
  private readonly waiting: Waiting;
  private waits = false;
  private outgoing: OutgoingBody | undefined = undefined;

  constructor(transport: Transport, maxBodyBytes: number, waiting: Waiting) {
    this.transport = transport;
    this.maxBodyBytes = maxBodyBytes;
    this.waiting = waiting;
  }

  /** Whoever is told false hears of it when that changes. */
  get writable(): boolean {
    if (this.transport.writable) return true;
    if (!this.waits && !this.over) {
      this.waits = true;
      this.waiting.add(this);
    }
    return false;
  }

  drained(): void {
    this.waits = false;
    if (!this.over) this.onDrain();
  }

  sendData(bytes: Bytes, end: boolean): void {
    const { head } = this;
    if (this.over || this.sent || head === undefined) return;
    if (end && this.outgoing === undefined) {
      this.sent = true;
      this.sendMessage(head, bytes);
      return;
    }
    this.outgoing ??= new OutgoingBody(this.maxBodyBytes);
    if (!this.outgoing.add(bytes)) {
      this.sent = true;
      this.sendTooLong();
    } else if (end) {
      this.sent = true;
      this.sendMessage(head, this.outgoing.take());
    }
  }

  /** Frames have no place for trailers: they end the message and are dropped. */
  sendTrailers(): void {
    this.sendData(EMPTY, true);
  }

  pause(): void {
    if (this.over) return;
    this.pauses++;
    this.onPause();
  }

  resume(): void {
    if (this.over || this.pauses === 0) return;
    this.pauses--;
    this.onResume();
  }

  abstract reset(fault: Fault): void;
  /** The whole message is here. */
  protected abstract sendMessage(head: Head, body: Bytes): void;
  /** It would be longer than a frame may be. */
  protected abstract sendTooLong(): void;
  protected abstract onDrain(): void;
  protected abstract onPause(): void;
  protected abstract onResume(): void;
}
