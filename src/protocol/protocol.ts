import type { Bytes } from '../base/bytes.ts';
import type { ClientCodec, ClientHost, Codec, HandOver, ServerHost } from './codec.ts';
import type { HealthCheckKind } from './health-question.ts';
import type { ProtocolOption, ProtocolSettings } from './options.ts';

/** Whether the first bytes of a connection are of a protocol: yes, no, or too few to tell. */
export type Sniff = 'yes' | 'no' | 'more';

/** The other side of `ServerHost.handOver`. */
export interface TakeOver {
  /** What clients call the protocol in Upgrade (RFC 9110 section 7.8), in lower case. */
  readonly name: string;
  /**
   * A codec that answers `offer.head` first, once it is started, and reads `offer.rest` when it is given that. Undefined when the client
   * has not asked as this protocol wants it: the request is answered in the protocol that it came in. Nothing may be written here.
   */
  server(host: ServerHost, offer: HandOver): Codec | undefined;
}

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
  /**
   * Why an upstream of this protocol can never be asked what a request of an unlike protocol says, as far as its method and path tell, in
   * words such as "a service is called by POST". Absent, or undefined: it may be. For those who write configurations.
   */
  foreignRequestFault?(method: string, path: string): string | undefined;
  sniff(prefix: Bytes): Sniff;
  /** How a connection that began in another protocol goes on in this one. Absent where no client can ask for that. */
  readonly takeOver?: TakeOver;
  server(host: ServerHost): Codec;
  client(host: ClientHost): ClientCodec;
}
