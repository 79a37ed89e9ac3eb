import { constants } from 'node:os';
import type { RunningProxy } from './engine.ts';
import type { Surroundings } from './surroundings.ts';

/** Signals that end the process, the first time gently. */
const ENDING = ['SIGTERM', 'SIGINT'] as const;

/**
 * Obeys the signals of a supervisor: end (SIGTERM, SIGINT), reload (SIGHUP), open logs anew (SIGUSR1).
 * `running` is undefined until the proxy listens: there is nothing to finish then, nor to reload.
 */
export function obeySignals(
  running: () => RunningProxy | undefined,
  reload: (proxy: RunningProxy) => void,
  surroundings: Surroundings,
): void {
  let ending = false;
  for (const name of ENDING) {
    surroundings.onSignal(name, () => {
      const proxy = running();
      if (ending || proxy === undefined) {
        surroundings.exit(128 + constants.signals[name]);
        return;
      }
      ending = true;
      void proxy.stop().then(() => surroundings.exit(0));
    });
  }
  surroundings.onSignal('SIGHUP', () => {
    const proxy = running();
    if (proxy !== undefined && !ending) reload(proxy);
  });
  surroundings.onSignal('SIGUSR1', () => running()?.reopenLogs());
}
