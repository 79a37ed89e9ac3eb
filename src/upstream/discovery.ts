import type { HostSpec } from './host.ts';

/** Where hosts come from: the configuration, DNS, a registry. */
export interface Discovery {
  /** Calls `onHosts` with the whole set, at once or later, and again whenever it changes. */
  start(onHosts: (hosts: readonly HostSpec[]) => void): void;
  /** `onHosts` is not called any more. */
  stop(): void;
}
