import type { Listener as ListenerEntry } from '../config/index.ts';
import { formatAddress } from '../net/address.ts';
import type { ListenerOptions } from '../net/listener.ts';
import { buildServing, type ListenerSurroundings } from './build-serving.ts';
import type { ListenerPlan } from './listener-plan.ts';
import { retire, ServedListener } from './served-listener.ts';

/**
 * What a listener of connections is to do.
 * @throws StartError when its certificates cannot be used, or a filter cannot be made.
 */
export async function planConnections(entry: ListenerEntry, surroundings: ListenerSurroundings): Promise<ListenerPlan> {
  const serving = await buildServing(entry, surroundings);
  return {
    open: () => new ServedListener(listenerOptions(entry, surroundings), serving),
    handTo(served) {
      if (!(served instanceof ServedListener)) throw new Error(`${served.address} is no listener of connections`);
      served.serve(serving);
    },
    discard: () => retire(serving),
  };
}

function listenerOptions(
  { name, address, maxConnections, perConnectionBufferLimitBytes, diverted }: ListenerEntry,
  { timers, logger }: ListenerSurroundings,
): ListenerOptions {
  return {
    name,
    address: formatAddress(address),
    timers,
    logger,
    highWatermark: perConnectionBufferLimitBytes,
    diverted,
    ...(maxConnections > 0 ? { maxConnections } : {}),
  };
}
