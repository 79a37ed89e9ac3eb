import type { Environment } from '@marcbachmann/cel-js';
import type { Exchange } from '../filter.ts';
import { hostOf, portOf } from '../format/address-parts.ts';
import { ATTRIBUTES, type Attributes, headersOf, text, texts } from './attributes.ts';
import { type Dialect, type Expression, expression } from './expression.ts';

/** What is known only later than when a route is looked for: empty before. */
const LATER: Attributes = {
  destination: {
    ip: text(({ host }) => (host === undefined ? '' : hostOf(host.address))),
    port: { type: 'int', read: ({ host }) => BigInt((host && portOf(host.address)) ?? 0) },
  },
  response: {
    headers: texts(({ response }) => (response === undefined ? new Map() : headersOf(response))),
    code: { type: 'int', read: ({ response }) => BigInt(response?.status ?? 0) },
  },
};

/** What MOSN's statements may do: `ctx` in them. Each says whether it did it. */
class Actions {
  private readonly exchange: Exchange;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
  }

  /** The path, with a query if it has one. Calls have none. */
  rewriteRequestUrl(url: string): boolean {
    const { request } = this.exchange;
    if (request.scheme === '' || !url.startsWith('/')) return false;
    request.path = url;
    return true;
  }

  addRequestHeader(name: string, value: string): boolean {
    this.exchange.request.fields.set(name.toLowerCase(), value);
    return true;
  }

  deleteRequestHeader(name: string): boolean {
    this.exchange.request.fields.delete(name.toLowerCase());
    return true;
  }

  addResponseHeader(name: string, value: string): boolean {
    this.exchange.response?.fields.set(name.toLowerCase(), value);
    return this.exchange.response !== undefined;
  }

  deleteResponseHeader(name: string): boolean {
    this.exchange.response?.fields.delete(name.toLowerCase());
    return this.exchange.response !== undefined;
  }
}

function withActions(environment: Environment): Environment {
  return environment
    .registerType('Actions', Actions)
    .registerVariable('ctx', 'Actions')
    .registerFunction('Actions.rewrite_request_url(string): bool', (actions: Actions, url: string) => actions.rewriteRequestUrl(url))
    .registerFunction('Actions.add_request_header(string, string): bool', (actions: Actions, name: string, value: string) =>
      actions.addRequestHeader(name, value),
    )
    .registerFunction('Actions.del_request_header(string): bool', (actions: Actions, name: string) => actions.deleteRequestHeader(name))
    .registerFunction('Actions.add_response_header(string, string): bool', (actions: Actions, name: string, value: string) =>
      actions.addResponseHeader(name, value),
    )
    .registerFunction('Actions.del_response_header(string): bool', (actions: Actions, name: string) => actions.deleteResponseHeader(name));
}

const STATEMENTS: Dialect = {
  attributes: { ...ATTRIBUTES, ...LATER },
  extend: withActions,
  values: (exchange) => ({ ctx: new Actions(exchange) }),
};

/**
 * Compiles a statement of MOSN's DSL, once; a string says what is wrong with it. A statement is an expression that does something: by `ctx`
 * it may rewrite the URL, and add and delete headers. What it comes to does not matter.
 */
export function statement(source: string): Expression | string {
  return expression(source, STATEMENTS);
}
