import type { Host } from '../host.ts';

/**
 * A line of the event log, as MOSN writes it: `time:1700000000,host:10.0.0.1:80,health_status:0,current_result:0,status_changed:1`.
 * `wallClock` in milliseconds since 1970.
 */
export function healthEvent(wallClock: number, host: Host, passed: boolean, changed: boolean): string {
  const seconds = Math.floor(wallClock / 1000);
  return `time:${seconds},host:${host.address},health_status:${bit(host.healthy)},current_result:${bit(passed)},status_changed:${bit(changed)}`;
}

function bit(condition: boolean): 0 | 1 {
  return condition ? 1 : 0;
}
