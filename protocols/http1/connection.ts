import { type Bytes, type Codec, EMPTY, type Fault, type Fields, type StreamHandler, type Transport } from 'meshloom/protocol';
import { BodyReader } from './body-reader.ts';
import { BodyWriter } from './body-writer.ts';
import { HeadDigest } from './digest.ts';
import { Input } from './input.ts';
import type { Limits } from './options.ts';
import type { Refusal } from './refusal.ts';
import type { HeadScanner, StartLine } from './scanner.ts';
import { ScannerShelf } from './scanner-shelf.ts';
import { ExchangeState } from './state.ts';
import type { Http1Stream, StreamOwner } from './stream.ts';

/** What all connections of one configured protocol share. Nothing in it belongs to a connection beyond one call. */
export interface Shared {
  readonly limits: Limits;
  readonly shelf: ScannerShelf;
  readonly digest: HeadDigest;
}

export function sharedOf(limits: Limits): Shared {
  return { limits, shelf: new ScannerShelf(), digest: new HeadDigest() };
}

/** What the two roles have in common: the loop that reads, the body that comes in, pauses, and the end of it all. */
export abstract class Http1Connection implements Codec, StreamOwner {
  readonly state = new ExchangeState();
  protected readonly shared: Shared;
  protected readonly input = new Input();
  protected readonly body: BodyReader;
  protected readonly writer: BodyWriter;
  protected scanner: HeadScanner | undefined = undefined;
  /** The peer has said FIN. */
  protected ended = false;
  /** Takes nothing new: the connection is closed after the current exchange. */
  protected leaving = false;
  /** The current exchange leaves the connection fit for another one. */
  protected persistent = true;
  private readonly transport: Transport;
  private running = false;
  private holding = false;

  constructor(transport: Transport, shared: Shared) {
    this.transport = transport;
    this.shared = shared;
    this.body = new BodyReader(shared.limits, shared.shelf);
    this.writer = new BodyWriter(transport);
  }

  protected abstract readonly stream: Http1Stream | undefined;

  /** Does one thing with the input. False when there is nothing to be done now. */
  protected abstract advance(): boolean;
  /** More is held than there should be, for want of the other side. */
  protected abstract readonly overfull: boolean;
  protected abstract refuse(refusal: Refusal): void;
  /** The peer ended the connection where it may not. */
  protected abstract cut(): void;
  /** The direction that is received has ended; its last data or its trailers are still to be told of. */
  protected abstract received(data: Bytes, trailers: Fields | undefined): void;
  abstract sendData(bytes: Bytes, end: boolean): void;
  abstract sendTrailers(fields: Fields): void;
  abstract cancel(fault: Fault): void;
  abstract goAway(): void;
  abstract terminate(fault: Fault): void;
  abstract readonly partial: boolean;
  /** Tells the stream, which is not the connection's any more, that both directions are over. */
  protected abstract lose(stream: Http1Stream, fault: Fault): void;
  protected abstract forgetStream(): void;

  get activeStreams(): number {
    return this.stream === undefined ? 0 : 1;
  }

  get writable(): boolean {
    return this.transport.writable;
  }

  read(chunk: Bytes): void {
    if (this.state.closed || chunk.length === 0) return;
    this.input.append(chunk);
    this.run();
  }

  readEnd(): void {
    if (this.state.closed) return;
    this.ended = true;
    this.run();
  }

  drained(): void {
    this.stream?.listener?.onDrain();
    this.run();
  }

  abort(fault: Fault): void {
    if (this.state.closed) return;
    const { stream } = this;
    const lost = stream === undefined || stream.over ? undefined : stream;
    const told = lost === undefined ? fault : this.faultForStream(fault);
    this.close();
    if (lost === undefined) return;
    lost.over = true;
    this.lose(lost, told);
  }

  /** What a fault of the connection means for the stream on it. */
  protected faultForStream(fault: Fault): Fault {
    return fault;
  }

  protected fail(fault: Fault): void {
    if (this.state.closed) return;
    this.transport.fail(fault);
    this.abort(fault);
  }

  /** From now on the codec does nothing. */
  protected close(): void {
    this.state.close();
    this.input.clear();
    this.scanner = undefined;
    this.forgetStream();
  }

  protected closeTransport(): void {
    if (this.state.closed) return;
    this.close();
    this.transport.close();
  }

  /** Goes on with what was read, until there is nothing to be done. Calls from inside a callback leave that to the loop they are in. */
  run(): void {
    if (this.running) return;
    this.running = true;
    while (this.advance()) {
      // Each step has looked at the state anew, for in a callback anything may have happened.
    }
    this.running = false;
    this.balance();
  }

  /** Pauses the transport while what it brings is not wanted. */
  balance(): void {
    const wanted = !this.state.closed && ((this.stream?.pauses ?? 0) > 0 || this.overfull);
    if (wanted === this.holding) return;
    this.holding = wanted;
    if (wanted) this.transport.pause();
    else this.transport.resume();
  }

  /** Whether a head is complete now; it is in `scanner` then. */
  protected scanHead(startLine: StartLine): boolean {
    const { limits, shelf } = this.shared;
    let { scanner } = this;
    if (scanner === undefined) {
      scanner = shelf.take();
      scanner.begin(startLine, limits.requestLineBytes, limits.headBytes, limits.headerCount);
      this.scanner = scanner;
    }
    const refusal = scanner.scan(this.input.bytes, this.input.at, this.input.end);
    if (refusal !== undefined) {
      this.refuse(refusal);
      return false;
    }
    if (scanner.complete) return true;
    if (this.ended) this.cut();
    return false;
  }

  protected readBody(): boolean {
    const { body } = this;
    const data = body.next(this.input);
    if (body.ended) {
      this.received(data ?? EMPTY, body.trailers);
      return true;
    }
    if (data !== undefined) {
      this.deliver(data);
      return true;
    }
    if (body.refusal !== undefined) {
      this.refuse(body.refusal);
      return false;
    }
    if (!this.ended) return false;
    if (body.endedByClose()) this.received(EMPTY, undefined);
    else this.cut();
    return true;
  }

  protected deliver(data: Bytes): void {
    this.stream?.listener?.onData(data, false);
  }

  protected readTunnel(): boolean {
    if (this.input.size > 0) {
      this.deliver(this.input.take(this.input.size));
      return true;
    }
    if (this.ended) this.received(EMPTY, undefined);
    return false;
  }

  protected tellEnd(listener: StreamHandler | undefined, data: Bytes, trailers: Fields | undefined): void {
    if (trailers === undefined) listener?.onData(data, true);
    else listener?.onTrailers(trailers);
  }
}
