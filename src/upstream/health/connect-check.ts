import { type Bytes, EMPTY } from '../../base/bytes.ts';
import type { Fault } from '../../base/fault.ts';
import type { ConnectionOwner } from '../../net/connection-settings.ts';
import type { Wire } from '../../stream/wire.ts';
import type { Host } from '../host.ts';
import type { CheckFailure, CheckListener, DialForCheck, HostCheck, RunningCheck } from './host-check.ts';

/** What is kept of an answer in which the expected bytes have not been found: a banner, not a download. */
export const MAX_RECEIVED_BYTES = 64 * 1024;

export interface ConnectCheckSettings {
  /** Where it is not that of the host's address. */
  readonly port?: number | undefined;
  /** Sent once connected; nothing when empty. */
  readonly send: Bytes;
  /** What the answer must hold, in this order, with anything between. Without any, to be connected is enough. */
  readonly receive: readonly Bytes[];
}

/** A host is healthy that takes a connection, and answers the bytes that are sent with those that are expected. */
export function connectCheck(settings: ConnectCheckSettings, dial: DialForCheck): HostCheck {
  return { begin: (host: Host, listener) => new Connecting(dial(host, settings.port, undefined), settings, listener) };
}

class Connecting implements ConnectionOwner, RunningCheck {
  private readonly wire: Wire;
  private readonly settings: ConnectCheckSettings;
  private readonly listener: CheckListener;
  private received: Bytes = EMPTY;
  private over = false;

  constructor(wire: Wire, settings: ConnectCheckSettings, listener: CheckListener) {
    this.wire = wire;
    this.settings = settings;
    this.listener = listener;
    wire.owner = this;
  }

  cancel(why: Fault): void {
    this.over = true;
    this.wire.destroy(why);
  }

  onConnect(): void {
    this.wire.write(this.settings.send);
    if (this.settings.receive.length === 0) this.finish(undefined);
  }

  onRead(chunk: Bytes): void {
    if (this.over) return;
    this.received = Buffer.concat([this.received, chunk]);
    if (holdsInOrder(this.received, this.settings.receive)) this.finish(undefined);
    else if (this.received.length > MAX_RECEIVED_BYTES) {
      this.finish({ kind: 'active', detail: `the expected bytes are not among the first ${MAX_RECEIVED_BYTES}` });
    }
  }

  onReadEnd(): void {
    this.finish({ kind: 'active', detail: 'the expected bytes had not come when the host ended the connection' });
  }

  onDrain(): void {}

  onClose({ detail }: Fault): void {
    this.finish({ kind: 'network', detail });
  }

  private finish(failure: CheckFailure | undefined): void {
    if (this.over) return;
    this.over = true;
    this.wire.close();
    this.listener.onChecked(failure);
  }
}

function holdsInOrder(bytes: Bytes, pieces: readonly Bytes[]): boolean {
  let from = 0;
  for (const piece of pieces) {
    const at = bytes.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}
