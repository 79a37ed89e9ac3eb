import type { Bytes, Codec, Fault, Transport } from 'meshloom/protocol';
import type { Tunnel } from './tunnel.ts';

/** A connection that is one tunnel, once: its end is the connection's end. What server and client share. */
export abstract class TunnelConnection<Stream extends Tunnel, Host extends Transport> implements Codec {
  readonly partial = false;
  protected readonly host: Host;
  protected stream: Stream | undefined = undefined;
  protected closed = false;

  constructor(host: Host) {
    this.host = host;
  }

  abstract read(chunk: Bytes): void;
  abstract readEnd(): void;

  get activeStreams(): number {
    return this.stream === undefined || this.stream.over ? 0 : 1;
  }

  drained(): void {
    this.stream?.drained();
  }

  goAway(): void {
    if (this.activeStreams > 0 || this.closed) return;
    this.closed = true;
    this.host.close();
  }

  abort(fault: Fault): void {
    this.closed = true;
    this.stream?.cut(fault);
  }

  terminate(fault: Fault): void {
    this.host.fail(fault);
  }
}
