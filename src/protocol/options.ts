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
