import { isExact, type ValueMatch, type ValueTest, valueTest } from '../base/value-match.ts';
import type { RequestHead } from '../protocol/head.ts';
import { fieldReader, type ReadField } from './field.ts';
import { queryParameter } from './query.ts';
import type { ReportProblem, RouteMatch } from './spec.ts';

/** One thing that must be true of a request. */
export interface Condition {
  holds(head: RequestHead): boolean;
}

/** A named value is there and equal. */
export class EqualCondition implements Condition {
  readonly read: ReadField;
  readonly value: string;
  /** Name of the field that is read: by it a table can look up many of these at once. undefined where it is no field. */
  readonly field: string | undefined;

  constructor(read: ReadField, value: string, field: string | undefined) {
    this.read = read;
    this.value = value;
    this.field = field;
  }

  holds(head: RequestHead): boolean {
    return this.read(head) === this.value;
  }
}

class ValueCondition implements Condition {
  private readonly read: ReadField;
  private readonly test: ValueTest;

  constructor(read: ReadField, test: ValueTest) {
    this.read = read;
    this.test = test;
  }

  holds(head: RequestHead): boolean {
    return this.test(this.read(head));
  }
}

const readService = fieldReader('service');

/** A service is called. An RPC request, which is one without a scheme, always calls one, though its name may be written so that nobody here reads it. */
const ANY_SERVICE: Condition = {
  holds: (head) => head.scheme === '' || Boolean(readService(head)),
};

/** What a match asks for besides the path; undefined when some of it cannot be understood, which has been reported then. */
export function conditionsOf(match: RouteMatch, path: string, report: ReportProblem): readonly Condition[] | undefined {
  const headers = match.headers ?? [];
  const anyService = headers[0];
  // MOSN's way to say "any service": alone, without a path, and not marked as a regular expression.
  if (!match.prefix && !match.path && !match.regex && headers.length === 1 && anyService?.name === 'service' && anyService.value === '.*') {
    return [ANY_SERVICE];
  }
  const conditions: (Condition | undefined)[] = [];
  for (const [index, header] of headers.entries()) {
    const name = header.name.toLowerCase();
    conditions.push(valueCondition(header, fieldReader(name), name, `${path}.headers[${index}]`, report));
  }
  for (const [index, parameter] of (match.queryParameters ?? []).entries()) {
    const read = (head: RequestHead) => queryParameter(head.path, parameter.name);
    conditions.push(valueCondition(parameter, read, undefined, `${path}.query_parameters[${index}]`, report));
  }
  const understood = conditions.filter((condition) => condition !== undefined);
  return understood.length === conditions.length ? understood : undefined;
}

function valueCondition(
  match: ValueMatch,
  read: ReadField,
  field: string | undefined,
  path: string,
  report: ReportProblem,
): Condition | undefined {
  if (isExact(match)) return new EqualCondition(read, match.value ?? '', field);
  const test = valueTest(match);
  if (typeof test !== 'string') return new ValueCondition(read, test);
  report(`${path}.value`, test);
  return undefined;
}
