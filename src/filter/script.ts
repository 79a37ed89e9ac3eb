import type { answer } from './answer.ts';
import type { Exchange, Filter, HOLD, Verdict } from './filter.ts';
import type { FilterSurroundings } from './filter-kind.ts';
import type { CallService } from './service-call.ts';

type HeadPhase = 'onRequest' | 'onRoute' | 'onUpstream' | 'onResponse';

/** What a phase of a script may give back: as a filter does, or a promise, for which the exchange waits. */
export type ScriptVerdict = Verdict | void | Promise<Verdict> | Promise<void>;

/** A filter of the user's. Its methods are those of `Filter`; those that see heads may be asynchronous as well. */
export type Script = Pick<Filter, 'onRequestData' | 'onResponseData' | 'onComplete'> & {
  [Phase in HeadPhase]?: (exchange: Exchange) => ScriptVerdict;
};

/** What a script may use besides the exchanges that it is given. It need not import anything. */
export interface ScriptTools extends Pick<FilterSurroundings, 'log' | 'timers' | 'ask' | 'hostsOf' | 'random'> {
  /** Asks a service behind a cluster, and promises its whole answer. */
  readonly call: CallService;
  /** Ends an exchange with a status and a text. */
  readonly answer: typeof answer;
  readonly HOLD: typeof HOLD;
}

/** The default export of a script's module: a `Script`, or what makes one of `settings` in the configuration. */
export type MakeScript = (settings: unknown, tools: ScriptTools) => Script | Promise<Script>;

export const HEAD_PHASES: readonly HeadPhase[] = ['onRequest', 'onRoute', 'onUpstream', 'onResponse'];
export const DATA_PHASES = ['onRequestData', 'onResponseData'] as const;

const PHASES: readonly string[] = [...HEAD_PHASES, ...DATA_PHASES, 'onComplete'];

export function isScript(value: unknown): value is Script {
  if (typeof value !== 'object' || value === null) return false;
  const found = Object.entries(value).filter(([name]) => PHASES.includes(name));
  const inherited = PHASES.some((name) => name in value);
  return inherited && found.every(([, method]) => typeof method === 'function');
}
