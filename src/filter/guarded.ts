import type { Logger } from '../base/log.ts';
import { type Exchange, type Filter, HOLD, type Verdict } from './filter.ts';
import { DATA_PHASES, HEAD_PHASES, type Script, type ScriptVerdict } from './script.ts';

/**
 * The filter that a script, or the filter of a plugin, is: with the phases that it has. What it throws ends its exchange, and nothing else;
 * what it promises is waited for. `name` as logs and clients hear it: `script ./a.mjs`, `filter greeting`.
 */
export function guarded(script: Script, name: string, log: Logger): Filter {
  const filter: Filter = { name };
  const failed = (exchange: Exchange, phase: string, error: unknown): void => {
    log.error(`${name} failed in ${phase}`, { error });
    exchange.fail(`${name} failed`);
  };
  for (const phase of HEAD_PHASES) {
    if (script[phase] === undefined) continue;
    const wait = async (exchange: Exchange, promise: Promise<unknown>): Promise<void> => {
      try {
        if ((await promise) === HOLD) return;
      } catch (error) {
        failed(exchange, phase, error);
        return;
      }
      // The script may have answered meanwhile, or the client's time may be up.
      if (phase === 'onResponse' || exchange.response === undefined) exchange.resume();
    };
    filter[phase] = (exchange): Verdict => {
      try {
        const verdict: ScriptVerdict = script[phase]?.(exchange);
        if (!(verdict instanceof Promise)) return verdict === HOLD ? HOLD : undefined;
        void wait(exchange, verdict);
        return HOLD;
      } catch (error) {
        failed(exchange, phase, error);
        return undefined;
      }
    };
  }
  for (const phase of DATA_PHASES) {
    if (script[phase] === undefined) continue;
    filter[phase] = (exchange, bytes, end) => {
      try {
        return script[phase]?.(exchange, bytes, end);
      } catch (error) {
        failed(exchange, phase, error);
        return undefined;
      }
    };
  }
  if (script.onComplete !== undefined) {
    filter.onComplete = (exchange) => {
      try {
        script.onComplete?.(exchange);
      } catch (error) {
        log.error(`${name} failed in onComplete`, { error });
      }
    };
  }
  return filter;
}
