import type { Fault } from '../../base/fault.ts';
import type { Protocol } from '../../protocol/protocol.ts';
import type { Wire } from '../../stream/wire.ts';
import type { Host } from '../host.ts';

/** Why a check went wrong: nothing came of it ('network'), or an answer came that does not speak of health ('active', as MOSN counts it). */
export interface CheckFailure {
  readonly kind: 'network' | 'active';
  /** One line for a log. */
  readonly detail: string;
}

export interface CheckListener {
  /** Once for each check, and never from inside `HostCheck.begin`; undefined when it went well. */
  onChecked(failure: CheckFailure | undefined): void;
}

export interface RunningCheck {
  /** Its time is up, or its host has gone: the listener hears nothing any more. */
  cancel(why: Fault): void;
}

/** A way to ask a host whether it works. One object for all hosts of a cluster, and free of their state. */
export interface HostCheck {
  begin(host: Host, listener: CheckListener): RunningCheck;
}

/** Connects to a host for a check, with TLS where the cluster has it. `port`: another one than that of its address. */
export type DialForCheck = (host: Host, port: number | undefined, protocol: Protocol | undefined) => Wire;
