import { regex } from '../base/regex.ts';
import type { RouteMatch, VariableMatch } from '../config/index.ts';
import { expression } from '../filter/expression/expression.ts';
import type { Exchange } from '../filter/filter.ts';
import { variable } from '../filter/format/variables.ts';

/** Whether an exchange is one for a route, as far as its head alone does not say it. */
export type ExchangeTest = (exchange: Exchange) => boolean;

/** What a route asks for besides the head of a request; undefined when it is nothing. `random` gives numbers from 0 and below 1. */
export function exchangeTest(match: RouteMatch, random: () => number = Math.random): ExchangeTest | undefined {
  const { variables, dslExpressions, runtimeFraction: share } = match;
  const tests: ExchangeTest[] = [];
  if (variables.length > 0) tests.push(variablesTest(variables));
  for (const source of dslExpressions) {
    const condition = expression(source);
    // The configuration has made sure that it can be understood.
    if (typeof condition !== 'string') tests.push(condition);
  }
  // The last, so that the share is one of those requests for which all else holds.
  if (share !== undefined) tests.push(() => random() < share);
  return tests.length === 0 ? undefined : (exchange) => tests.every((test) => test(exchange));
}

/** Groups of conditions with `or` between them, and in each `and`: MOSN goes through them from left to right, and the first group that holds ends it. */
function variablesTest(variables: readonly VariableMatch[]): ExchangeTest {
  const groups: ExchangeTest[][] = [[]];
  for (const match of variables) {
    groups.at(-1)!.push(variableTest(match));
    if (match.model === 'or') groups.push([]);
  }
  // An `or` behind the last one joins it to nothing.
  const alternatives = groups.filter((group) => group.length > 0);
  return (exchange) => alternatives.some((group) => group.every((test) => test(exchange)));
}

function variableTest({ name, value, regex: expression }: VariableMatch): ExchangeTest {
  const found = variable(name);
  const pattern = expression === undefined ? undefined : regex(expression);
  // The configuration has made sure that both can be understood.
  if (typeof found === 'string' || typeof pattern === 'string') return () => false;
  if (pattern !== undefined) return (exchange) => pattern.test(found.read(exchange) ?? '');
  return (exchange) => (found.read(exchange) ?? '') === value;
}
