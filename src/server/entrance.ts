import type { Gate } from '../net/gate.ts';
import type { ProxyProtocolAcceptor } from '../net/proxy-protocol/proxy-protocol-acceptor.ts';
import type { SocketAcceptor } from '../net/socket-acceptor.ts';
import type { TlsAcceptor } from '../net/tls/tls-acceptor.ts';

/** What the sockets of a listener pass through before they are connections, in that order. */
export interface EntranceStages {
  readonly proxyProtocol: ProxyProtocolAcceptor | undefined;
  readonly gate: Gate | undefined;
  readonly tls: TlsAcceptor | undefined;
}

/** Whoever comes in here is a connection at the end. Replaced whole by a new configuration; those within go on by the old one. */
export class Entrance {
  private readonly stages: EntranceStages;

  constructor(stages: EntranceStages) {
    this.stages = stages;
  }

  /** Undefined: sockets are connections as they are. */
  get first(): SocketAcceptor | undefined {
    return this.stages.proxyProtocol ?? this.stages.gate ?? this.stages.tls;
  }

  /** For no more sockets. Those that are within go on. */
  retire(): void {
    this.stages.tls?.retire();
  }

  /** Ends everything now. */
  destroy(): void {
    this.stages.proxyProtocol?.destroy();
    this.stages.tls?.destroy();
  }
}
