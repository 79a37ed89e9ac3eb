import type { Bytes } from '../base/bytes.ts';
import type { Fields } from './fields.ts';
import type { RequestHead, ResponseHead } from './head.ts';
import type { ProtocolOption, ProtocolSettings } from './options.ts';

/** A request that is sent only to learn whether an upstream works, and what to make of the answer. Immutable: it is sent many times. */
export interface HealthQuestion {
  readonly request: RequestHead;
  /** Empty where the request has none. */
  readonly body: Bytes;
  /** What is wrong with the answer, in one line for a log; undefined when it comes from an upstream that works. Never throws. */
  judge(answer: HealthAnswer): string | undefined;
}

/** A whole response. */
export interface HealthAnswer {
  readonly head: ResponseHead;
  readonly body: Bytes;
  readonly trailers: Fields | undefined;
}

/**
 * A protocol's own way to ask an upstream whether it works. Besides these there are two ways that need nothing of a plugin: an ordinary
 * request whose answer has a good status, and `Codec.probe`.
 */
export interface HealthCheckKind {
  /** A cluster asks in this way when its `check_config` has the key `<name>_check_config`, which holds the settings. */
  readonly name: string;
  readonly options: readonly ProtocolOption[];
  /**
   * `settings`: what the configuration names, checked; the rest has its defaults. `authority`: of the host, `name:port` or the like.
   * `scheme`: 'https' where the host is spoken to by TLS, 'http' otherwise.
   */
  question(settings: ProtocolSettings, authority: string, scheme: string): HealthQuestion;
}
