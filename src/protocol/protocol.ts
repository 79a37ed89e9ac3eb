import type { Bytes } from '../base/bytes.ts';
import type { ClientCodec, ClientHost, Codec, ServerHost } from './codec.ts';
import type { HealthCheckKind } from './health-question.ts';
import type { ProtocolOption, ProtocolSettings } from './options.ts';

/** Whether the first bytes of a connection are of a protocol: yes, no, or too few to tell. */
export type Sniff = 'yes' | 'no' | 'more';

/** A protocol plugin: the one thing that a folder under `protocols/` exports. Immutable, and free of connections' state. */
export interface Protocol {
  readonly name: string;
  /** Application-Layer Protocol Negotiation names (RFC 7301), the preferred first. */
  readonly alpn?: readonly string[];
  /** The settings that `configure` takes. */
  readonly options?: readonly ProtocolOption[];
  /** The same protocol with other settings. What is not named keeps its default. */
  configure?(settings: ProtocolSettings): Protocol;
  /**
   * How long a silent peer is left alone before it is asked for a sign of life (`Codec.probe`), by the protocol's own custom, in
   * milliseconds. Absent: never, unless the configuration says so.
   */
  readonly probeIntervalMs?: number;
  /** Ways of its own to ask an upstream whether it works. */
  readonly healthChecks?: readonly HealthCheckKind[];
  sniff(prefix: Bytes): Sniff;
  server(host: ServerHost): Codec;
  client(host: ClientHost): ClientCodec;
}
