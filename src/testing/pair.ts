import type { Protocol } from '../protocol/protocol.ts';
import type { ScriptTransport } from './script-transport.ts';
import { ScriptClient, ScriptServer } from './script-transport.ts';
import { type Split, whole } from './split.ts';

export interface Pair {
  readonly client: ScriptClient;
  readonly server: ScriptServer;
  /** Carries bytes to and fro until neither side has more to say. */
  run(): void;
}

/** A client codec and a server codec of one protocol, joined by a wire in memory that cuts bytes as `split` says. */
export function pair(protocol: Protocol, split: Split = whole): Pair {
  const client = new ScriptClient(protocol);
  const server = new ScriptServer(protocol);
  const toServer = new Wire(client, server, split);
  const toClient = new Wire(server, client, split);
  return {
    client,
    server,
    run() {
      for (let moved = true; moved; ) {
        const there = toServer.carry();
        moved = toClient.carry() || there;
      }
    },
  };
}

/** One direction. Says FIN once when the sending side has ended or closed. */
class Wire {
  private finished = false;
  private readonly from: ScriptTransport;
  private readonly to: ScriptTransport;
  private readonly split: Split;

  constructor(from: ScriptTransport, to: ScriptTransport, split: Split) {
    this.from = from;
    this.to = to;
    this.split = split;
  }

  /** Whether anything moved. */
  carry(): boolean {
    const bytes = this.from.flush();
    for (const chunk of this.split(bytes)) if (chunk.length > 0) this.to.receive(chunk);
    const held = this.to.heldBytes;
    this.to.pump();
    const fin = this.from.state !== 'open' && this.from.unsentBytes === 0 && !this.finished;
    if (fin) {
      this.finished = true;
      this.to.receiveEnd();
    }
    return bytes.length > 0 || fin || this.from.unsentBytes > 0 || this.to.heldBytes < held;
  }
}
