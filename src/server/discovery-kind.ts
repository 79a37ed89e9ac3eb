import type { Logger } from '../base/log.ts';
import type { Schema } from '../base/schema/schema.ts';
import type { Timers } from '../base/timers.ts';
import type { Discovery } from '../upstream/discovery.ts';

/** One kind of discovery that a plugin brings: what configurations call it, its settings, and how one is made of them. */
export interface DiscoveryKind<Settings = unknown> {
  readonly type: string;
  readonly settings: Schema<Settings>;
  /** For each cluster that names it. What it cannot find out it logs, and keeps to what it knows. */
  build(settings: Settings, surroundings: DiscoverySurroundings): Discovery;
}

/** What a discovery may use. */
export interface DiscoverySurroundings {
  /** The name of the cluster that wants hosts. */
  readonly cluster: string;
  readonly timers: Timers;
  readonly log: Logger;
  /** Where relative paths of the configuration start from. */
  readonly folder: string;
}
