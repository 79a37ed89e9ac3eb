import type { Bytes } from '../base/bytes.ts';
import type { ClientCodec, ClientHost, Codec, ServerHost } from './codec.ts';

/** Whether the first bytes of a connection are of a protocol: yes, no, or too few to tell. */
export type Sniff = 'yes' | 'no' | 'more';

/** One setting that a protocol accepts from the configuration (`extend_config`), for checks, JSON Schema and documentation. */
export interface ProtocolOption {
  /** Whole words in snake case with the unit where there is one: `max_head_bytes`. */
  readonly name: string;
  /** What other programs, MOSN first, call the same setting. */
  readonly aliases?: readonly string[];
  readonly type: 'integer' | 'boolean' | 'string';
  readonly default: number | boolean | string;
  /** Smallest and largest value of an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** What it does, its unit, and the reason of its default. One or two sentences. */
  readonly description: string;
}

/** Values for `Protocol.options` by name. The configuration layer has checked names, types and ranges. */
export type ProtocolSettings = Readonly<Record<string, number | boolean | string>>;

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
  sniff(prefix: Bytes): Sniff;
  server(host: ServerHost): Codec;
  client(host: ClientHost): ClientCodec;
}
