import type { Bytes } from '../base/bytes.ts';
import type { Fault } from '../base/fault.ts';
import type { ClientCodec, ClientHost, Codec, ServerHost, Transport } from '../protocol/codec.ts';
import type { RequestHead } from '../protocol/head.ts';
import type { Protocol } from '../protocol/protocol.ts';
import type { ClientStream, ServerStream, StreamHandler } from '../protocol/stream.ts';
import { faultWords, Journal, requestWords } from './journal.ts';
import { Recorder } from './recorder.ts';

/** A connection in memory: writes down what the codec does to it, and behaves as the real one does towards the codec. */
abstract class ScriptTransport implements Transport {
  readonly journal: Journal;
  readonly secure: boolean = false;
  /** Bytes that may be queued before `writable` turns false. */
  highWaterMark = Number.POSITIVE_INFINITY;
  /** Pauses not yet resumed. */
  pauses = 0;
  state: 'open' | 'ended' | 'closed' | 'failed' = 'open';
  failure: Fault | undefined;
  private started = false;
  private queuedBytes = 0;
  private wasFull = false;
  private outgoing: Bytes[] = [];
  private arrived: (Bytes | 'fin')[] = [];

  constructor(journal = new Journal()) {
    this.journal = journal;
  }

  /** What the codec did as it should not when its connection ended. */
  readonly violations: string[] = [];

  abstract readonly codec: Codec;
  protected abstract readonly streams: readonly { readonly handler: Recorder }[];

  /** The connection is open. What happens to the connection later does this first. */
  start(): void {
    if (this.started) return;
    this.started = true;
    this.codec.start?.();
  }

  /** The peer sent this. Held while the codec has paused the connection, as the kernel does. */
  receive(bytes: Bytes): void {
    this.arrived.push(bytes);
    this.pump();
  }

  /** The peer will send nothing more. */
  receiveEnd(): void {
    this.arrived.push('fin');
    this.pump();
  }

  /** Delivers what is held while the codec wants it. A real connection resumes in a later turn too, never inside `resume`. */
  pump(): void {
    this.start();
    while (this.pauses === 0 && this.alive) {
      const next = this.arrived.shift();
      if (next === undefined) return;
      if (next === 'fin') this.codec.readEnd();
      else this.codec.read(next);
    }
  }

  /** All queued bytes left; `drained` follows when `writable` had been false. Returns what left. */
  flush(): Bytes {
    const bytes = Buffer.concat(this.outgoing);
    this.outgoing = [];
    this.queuedBytes = 0;
    if (this.wasFull && this.alive) {
      this.wasFull = false;
      this.codec.drained();
    }
    return bytes;
  }

  /** The connection died. */
  die(fault: Fault): void {
    if (!this.alive) return;
    this.state = 'failed';
    this.failure = fault;
    this.abort(fault);
  }

  /** Each stream that was active is reset, once, and none that was over. */
  private abort(fault: Fault): void {
    const active = this.codec.activeStreams;
    const before = this.resetStreams;
    this.codec.abort(fault);
    const reset = this.resetStreams - before;
    if (reset > active) this.violations.push(`${reset} streams were reset when ${active} were active`);
  }

  private get resetStreams(): number {
    return this.streams.filter(({ handler }) => handler.fault !== undefined).length;
  }

  get alive(): boolean {
    return this.state === 'open' || this.state === 'ended';
  }

  /** Bytes that the codec wrote and that have not left. */
  get unsentBytes(): number {
    return this.queuedBytes;
  }

  /** Bytes that arrived and that the codec does not want yet. */
  get heldBytes(): number {
    return this.arrived.reduce((sum, part) => sum + (part === 'fin' ? 0 : part.length), 0);
  }

  get writable(): boolean {
    return this.queuedBytes < this.highWaterMark;
  }

  write(bytes: Bytes): void {
    if (this.state !== 'open') throw new Error(`a codec wrote to a connection that is ${this.state}`);
    this.journal.addBytes(0, 'write', bytes);
    if (this.journal.keeping) this.outgoing.push(Buffer.from(bytes));
    this.queuedBytes += bytes.length;
    if (!this.writable) this.wasFull = true;
  }

  pause(): void {
    this.pauses++;
  }

  resume(): void {
    if (this.pauses === 0) throw new Error('a codec resumed a connection more often than it paused it');
    this.pauses--;
  }

  end(): void {
    if (this.state !== 'open') return;
    this.state = 'ended';
    this.journal.add(0, 'fin');
  }

  close(): void {
    if (!this.alive) return;
    this.state = 'closed';
    this.journal.add(0, 'close');
  }

  fail(fault: Fault): void {
    if (!this.alive) return;
    this.state = 'failed';
    this.failure = fault;
    this.journal.add(0, faultWords('fail', fault));
    this.abort(fault);
  }
}

export interface Served {
  readonly stream: ServerStream;
  readonly head: RequestHead;
  /** The head was all of the request. */
  readonly end: boolean;
  readonly handler: Recorder;
}

/** The owner of a server codec. Streams are numbered from 1 in the order of their requests. */
export class ScriptServer extends ScriptTransport implements ServerHost {
  readonly codec: Codec;
  readonly served: Served[] = [];
  /** Runs inside `onRequest`, to answer there. */
  react: (served: Served) => void = () => {};

  constructor(protocol: Protocol, journal?: Journal) {
    super(journal);
    this.codec = protocol.server(this);
  }

  protected get streams(): readonly Served[] {
    return this.served;
  }

  onRequest(stream: ServerStream, head: RequestHead, end: boolean): StreamHandler {
    const number = this.served.length + 1;
    const served: Served = { stream, head, end, handler: new Recorder(this.journal, number, false) };
    if (end) served.handler.ended = true;
    this.served.push(served);
    this.journal.addHead(number, requestWords(head, end), head.fields);
    this.react(served);
    return served.handler;
  }
}

export interface Opened {
  readonly stream: ClientStream;
  readonly handler: Recorder;
}

/** The owner of a client codec. Streams are numbered from 1 in the order of opening. */
export class ScriptClient extends ScriptTransport implements ClientHost {
  readonly codec: ClientCodec;
  readonly opened: Opened[] = [];
  /** How often `onRoom` was called. */
  rooms = 0;
  /** Runs inside `onRoom`. */
  react: () => void = () => {};

  constructor(protocol: Protocol, journal?: Journal) {
    super(journal);
    this.codec = protocol.client(this);
  }

  protected get streams(): readonly Opened[] {
    return this.opened;
  }

  open(): Opened {
    this.start();
    const handler = new Recorder(this.journal, this.opened.length + 1, true);
    const opened: Opened = { stream: this.codec.open(handler), handler };
    this.opened.push(opened);
    return opened;
  }

  onRoom(): void {
    this.rooms++;
    this.react();
  }

  onGoAway(everywhere = false): void {
    this.journal.add(0, everywhere ? 'go-away everywhere' : 'go-away');
  }
}

export type { ScriptTransport };
