import type { Logger } from '../base/log.ts';
import type { HealthCallback } from './cluster-surroundings.ts';
import { Logs } from './logs.ts';
import { MeshProxy } from './mesh-proxy.ts';

export interface CreateProxyOptions {
  /** Where relative paths of plugins start from. Default: the working directory. */
  readonly folder?: string;
  /** Takes the proxy's log, whatever the configuration says about it. Access logs go where it says. */
  readonly logger?: Logger;
  /** Functions that clusters may name in `health_check.common_callbacks`, by their names. */
  readonly healthCallbacks?: Readonly<Record<string, HealthCallback>>;
}

/**
 * A proxy for use inside another program: `start(configuration)`, `reconfigure(configuration)`, `stop()`, where a configuration is what a
 * MOSN file holds, as plain objects. Any number of them may run at once.
 */
export function createProxy({ folder, logger, healthCallbacks = {} }: CreateProxyOptions = {}): MeshProxy {
  const logs = new Logs();
  return new MeshProxy({
    ...(folder === undefined ? {} : { folder }),
    logs: logger === undefined ? logs : { logger: () => logger, lineSink: (path) => logs.lineSink(path) },
    logControl: logs,
    healthCallbacks: new Map(Object.entries(healthCallbacks)),
  });
}
