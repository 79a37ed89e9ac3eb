import type { Exchange } from '../filter/filter.ts';
import { slot } from '../filter/slot.ts';
import type { ResponseHead } from '../protocol/head.ts';

/** Cookies that were made for an exchange, for its response. */
const made = slot<readonly string[]>();

/** `cookie`: the value of a `set-cookie`. */
export function makeCookie(exchange: Exchange, cookie: string): void {
  exchange.set(made, [...(exchange.get(made) ?? []), cookie]);
}

/** Gives the client the cookies that were made for its request. */
export function giveCookies(exchange: Exchange, head: ResponseHead): void {
  for (const cookie of exchange.get(made) ?? []) head.fields.append('set-cookie', cookie);
}
