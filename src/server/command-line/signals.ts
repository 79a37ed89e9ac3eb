import { constants } from 'node:os';
import type { RunningProxy } from './engine.ts';
import type { Surroundings } from './surroundings.ts';

/** Signals that end the process, the first time gently. */
const ENDING = ['SIGTERM', 'SIGINT'] as const;

/** npm hands on the Ctrl-C that the terminal has sent to us already: the same signal within this time is the same wish. */
const SAME_WISH_MS = 100;

/**
 * Obeys the signals of a supervisor: end (SIGTERM, SIGINT), reload (SIGHUP), open logs anew (SIGUSR1).
 * `running` is undefined until the proxy listens: there is nothing to finish then, nor to reload.
 */
export function obeySignals(
  running: () => RunningProxy | undefined,
  reload: (proxy: RunningProxy) => void,
  surroundings: Surroundings,
): void {
  let ending: { readonly by: NodeJS.Signals; readonly since: number } | undefined;
  for (const name of ENDING) {
    surroundings.onSignal(name, () => {
      const proxy = running();
      if (ending?.by === name && surroundings.now() - ending.since < SAME_WISH_MS) return;
      if (ending !== undefined || proxy === undefined) {
        surroundings.exit(128 + constants.signals[name]);
        return;
      }
      ending = { by: name, since: surroundings.now() };
      void proxy.stop().then(() => surroundings.exit(0));
    });
  }
  surroundings.onSignal('SIGHUP', () => {
    const proxy = running();
    if (proxy !== undefined && ending === undefined) reload(proxy);
  });
  surroundings.onSignal('SIGUSR1', () => running()?.reopenLogs());
}
