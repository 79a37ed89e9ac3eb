import type { FindFault } from '../base/schema/notation.ts';
import type { Schema } from '../base/schema/schema.ts';

/**
 * What there is to configure: which protocols, filters and balancers this proxy has, with the settings they take.
 * The caller fills it in, for the configuration knows none of them by name.
 */
export interface Catalogue {
  /** By the name that a configuration gives, which is looked up without regard to case. */
  readonly protocols: ReadonlyMap<string, ProtocolEntry>;
  /** The types of network filters that there are, out of those that have a schema here: `proxy`, `tcp_proxy`. */
  readonly networkFilters: ReadonlySet<string>;
  /** The types of network filters that look at connections and let others take them, and how the configuration of each is read. */
  readonly connectionFilters: ReadonlyMap<string, Schema<unknown>>;
  /** The types of stream filters, and how the configuration of each is read. */
  readonly streamFilters: ReadonlyMap<string, Schema<unknown>>;
  /** The types of discoveries that plugins bring, and how the configuration of each is read. */
  readonly discoveries: ReadonlyMap<string, Schema<unknown>>;
  /** The balancers, by MOSN's names: `LB_RANDOM`. */
  readonly balancers: ReadonlySet<string>;
  /** What is wrong with a domain of a virtual host, with the format of an access log. */
  readonly domainFault: FindFault;
  readonly accessLogFault: FindFault;
  /** What is wrong with the name of a variable, and with a condition in the Common Expression Language. */
  readonly variableFault: FindFault;
  readonly expressionFault: FindFault;
  /** What is wrong with a list of cipher suites of TLS, and of curves. */
  readonly cipherSuitesFault: FindFault;
  readonly curvesFault: FindFault;
}

/** As much of a protocol plugin as is needed to check its settings. */
export interface ProtocolEntry {
  readonly options?: readonly ProtocolOption[];
  readonly healthChecks?: readonly HealthCheckEntry[];
  /** Why no upstream of it can be asked what a request of an unlike protocol says; absent, or undefined: it can. */
  foreignRequestFault?(method: string, path: string): string | undefined;
}

/** A protocol's own way to ask a host whether it works, and its settings. */
export interface HealthCheckEntry {
  readonly name: string;
  readonly options: readonly ProtocolOption[];
}

/** One setting of a protocol, as its plugin declares it. */
export interface ProtocolOption {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: 'integer' | 'boolean' | 'string';
  readonly default: number | boolean | string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description: string;
}
