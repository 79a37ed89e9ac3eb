import type { Answer, Call, FeatureStage } from '../../support/feature-stage.ts';

export interface Load {
  readonly calls: number;
  /** How many callers there are, each of which makes one call after the other. */
  readonly callers: number;
  readonly call: Call;
  /** Happens when so many calls have been made, while the others go on. */
  readonly at?: number;
  readonly happens?: () => void | Promise<void>;
}

export interface Tally {
  /** What went wrong, in the order of the calls' ends. */
  readonly errors: readonly string[];
  /** How many good answers each host gave, by its name. */
  readonly answers: Readonly<Record<string, number>>;
}

/** Calls the proxy, and counts what comes of it. */
export async function load(stage: FeatureStage, { calls, callers, call, at, happens }: Load): Promise<Tally> {
  const errors: string[] = [];
  const answers: Record<string, number> = {};
  const events: (void | Promise<void>)[] = [];
  let made = 0;
  const one = async (): Promise<void> => {
    while (made < calls) {
      if (++made === at) events.push(happens?.());
      let answer: Answer;
      try {
        answer = await stage.call(call);
      } catch (error) {
        errors.push(error instanceof Error ? error.message : String(error));
        continue;
      }
      if (answer.outcome === 'ok') answers[answer.body] = (answers[answer.body] ?? 0) + 1;
      else errors.push(`${answer.outcome}: ${answer.body}`);
    }
  };
  await Promise.all(Array.from({ length: callers }, one));
  await Promise.all(events);
  return { errors, answers };
}

/** What may be done again, in the eyes of the proxy: in HTTP by its method, in RPC where the route says so. */
export const SAFE: Call = {};
/** What may not. */
export const UNSAFE: Call = { body: 'once' };

/** Requests of which the route says whether they may be done again. `perTry`: how long a try may take, by default as long as the whole. */
export function retrying(idempotent: boolean, perTry = '0s') {
  const retry_policy = { retry_on: true, num_retries: 3, per_try_timeout: perTry, idempotent };
  return [{ match: {}, route: { cluster_name: 'backends', timeout: '8s', retry_policy } }];
}
