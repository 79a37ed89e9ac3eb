import { EMPTY } from '../../base/bytes.ts';
import { FieldList } from '../../protocol/fields.ts';
import type { HealthQuestion } from '../../protocol/health-question.ts';
import { LocalRequest } from '../../protocol/local-request.ts';

/** Both ends included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

export interface StatusQuestionSettings {
  readonly method: string;
  readonly path: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The statuses of health. */
  readonly statuses: readonly StatusRange[];
}

/** An ordinary request without a body, whose answer is judged by its status: in every protocol whose upstreams understand a path and a method. */
export function statusQuestion(settings: StatusQuestionSettings, authority: string, scheme: string): HealthQuestion {
  const { method, path, fields, statuses } = settings;
  return {
    request: new LocalRequest({ scheme, authority, path, method, fields: new FieldList(fields), idempotent: true }),
    body: EMPTY,
    judge({ head: { status } }) {
      return statuses.some(({ from, to }) => from <= status && status <= to) ? undefined : `the status of the answer is ${status}`;
    },
  };
}
