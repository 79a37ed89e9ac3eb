import type { Bytes } from '../../base/bytes.ts';
import type { Fault } from '../../base/fault.ts';
import type { ConnectionOwner } from '../../net/connection-settings.ts';
import type { ClientCodec, ClientHost } from '../../protocol/codec.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import type { Wire } from '../../stream/wire.ts';
import { Wired } from '../../stream/wired.ts';
import type { CheckFailure, CheckListener, DialForCheck, HostCheck, RunningCheck } from './host-check.ts';

/**
 * A host is healthy that gives a sign of life when it is asked for one in its protocol (`Codec.probe`). Where the protocol has none, to be
 * connected is enough.
 */
export function lifeCheck(protocol: Protocol, dial: DialForCheck): HostCheck {
  return { begin: (host, listener) => new SignOfLife(dial(host, undefined, protocol), protocol, listener) };
}

class SignOfLife extends Wired implements ClientHost, ConnectionOwner, RunningCheck {
  private readonly codec: ClientCodec;
  private readonly listener: CheckListener;
  private over = false;

  constructor(wire: Wire, protocol: Protocol, listener: CheckListener) {
    super(wire);
    this.listener = listener;
    this.codec = protocol.client(this);
    wire.owner = this;
  }

  cancel(why: Fault): void {
    this.over = true;
    this.codec.abort(why);
    this.connection.destroy(why);
  }

  // The socket's world.

  onConnect(): void {
    if (this.codec.probe === undefined) {
      this.finish(undefined);
      return;
    }
    this.codec.start?.();
    this.codec.probe();
  }

  /** A whole frame in the protocol is a sign of life, whatever it says. */
  onRead(chunk: Bytes): void {
    if (this.over) return;
    this.codec.read(chunk);
    if (!this.over && !this.codec.partial) this.finish(undefined);
  }
  onReadEnd(): void {
    this.finish({ kind: 'active', detail: 'the host ended the connection without a sign of life' });
  }
  onDrain(): void {
    this.codec.drained();
  }
  onClose(why: Fault): void {
    this.codec.abort(why);
    this.finish({ kind: 'network', detail: why.detail });
  }

  // The codec's world.

  onRoom(): void {}
  onGoAway(): void {}
  close(): void {
    this.connection.close();
  }
  fail(why: Fault): void {
    this.codec.abort(why);
    this.finish({ kind: 'active', detail: why.detail });
  }

  override expire(): void {
    throw new Error('a check for signs of life sets no timer: whoever began it keeps the time');
  }

  private finish(failure: CheckFailure | undefined): void {
    if (this.over) return;
    this.over = true;
    // Says goodbye where the protocol does, and closes, for no stream is open.
    if (failure === undefined) this.codec.goAway();
    this.connection.close();
    this.listener.onChecked(failure);
  }
}
