import { FieldList, type Fields } from './fields.ts';
import type { Outcome, ResponseHead } from './head.ts';
import { outcomeOfStatus } from './outcome.ts';

/** A response head made here: direct responses, redirects, filters' answers. A codec builds its own protocol's head from `status`. */
export class LocalResponse implements ResponseHead {
  readonly protocol = 'local';
  readonly status: number;
  readonly outcome: Outcome;
  readonly fields: Fields;

  constructor(status: number, fields: Fields = new FieldList()) {
    this.status = status;
    this.outcome = outcomeOfStatus(status);
    this.fields = fields;
  }

  get code(): number {
    return this.status;
  }
}
