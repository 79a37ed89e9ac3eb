import { type Bytes, EMPTY, type Fault, type Stream, type StreamHandler, step, type Transport } from 'meshloom/protocol';
import { TUNNEL, type TunnelEvent, type TunnelState } from './tunnel-state.ts';

/** The one stream of a connection: bytes both ways until each side has ended. What server and client share. */
export abstract class Tunnel implements Stream {
  protected readonly transport: Transport;
  private state: TunnelState = 'open';
  private pauses = 0;
  /** What arrived while paused. Never more than the chunk that the transport was reading, for it is paused too. */
  private held: Bytes[] = [];
  private heldEnd = false;
  private delivering = false;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  /** Whoever hears what the peer sends; undefined while that cannot be told yet. */
  protected abstract readonly listener: StreamHandler | undefined;

  get over(): boolean {
    return this.state === 'over';
  }

  get writable(): boolean {
    return this.transport.writable;
  }

  sendData(bytes: Bytes, end: boolean): void {
    if (this.over || this.state === 'sent') return;
    if (bytes.length > 0) this.transport.write(bytes);
    if (!end) return;
    this.transport.end();
    this.move('send end');
  }

  /** Raw bytes have no place for trailers: they end the direction and are dropped. */
  sendTrailers(): void {
    this.sendData(EMPTY, true);
  }

  reset(fault: Fault): void {
    if (this.over) return;
    this.move('cut');
    this.transport.fail(fault);
  }

  pause(): void {
    if (this.over) return;
    this.pauses++;
    this.transport.pause();
  }

  resume(): void {
    if (this.over || this.pauses === 0) return;
    this.pauses--;
    this.transport.resume();
    this.deliver();
  }

  receive(bytes: Bytes): void {
    if (this.over || this.heldEnd) return;
    this.held.push(bytes);
    this.deliver();
  }

  receiveEnd(): void {
    if (this.over) return;
    this.heldEnd = true;
    this.deliver();
  }

  /** The connection died. */
  cut(fault: Fault): void {
    if (this.over) return;
    this.move('cut');
    this.listener?.onReset(fault);
  }

  drained(): void {
    if (!this.over) this.listener?.onDrain();
  }

  /** Nothing more can be said on this connection, and nobody is to hear of it. */
  protected finish(): void {
    if (this.over) return;
    this.move('cut');
    this.transport.close();
  }

  /** Hands on what is held, one chunk a turn of the loop, for a handler may pause or reset in any of them. */
  protected deliver(): void {
    if (this.delivering) return;
    this.delivering = true;
    while (this.pauses === 0 && !this.over && this.listener !== undefined) {
      const bytes = this.held.shift();
      if (bytes !== undefined) this.listener.onData(bytes, false);
      else {
        if (this.heldEnd) this.ended(this.listener);
        break;
      }
    }
    this.delivering = false;
  }

  private ended(listener: StreamHandler): void {
    if (this.state === 'received') return;
    // Before the callback: when both directions have ended, a reset inside it has nothing left to end.
    const last = step(TUNNEL, this.state, 'receive end') === 'over';
    this.state = last ? 'over' : 'received';
    if (last) this.release();
    listener.onData(EMPTY, true);
    if (last) this.transport.close();
  }

  private move(event: TunnelEvent): void {
    const next = step(TUNNEL, this.state, event);
    if (next === undefined) throw new Error(`a tunnel that is ${this.state} cannot ${event}`);
    this.state = next;
    if (next !== 'over') return;
    this.release();
    if (event === 'send end') this.transport.close();
  }

  /** The connection's pauses were this stream's: they go with it. */
  private release(): void {
    this.held = [];
    for (; this.pauses > 0; this.pauses--) this.transport.resume();
  }
}
