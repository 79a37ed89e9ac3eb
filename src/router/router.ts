import type { RequestHead } from '../protocol/head.ts';

/** Immutable, and knows nothing of what it finds. A configuration change builds a new one and swaps the reference. */
export interface Router<T, Subject = void> {
  /** The value of the first route that matches in the virtual host that answers for the request; undefined without one. */
  match(head: RequestHead, subject: Subject): T | undefined;
}
