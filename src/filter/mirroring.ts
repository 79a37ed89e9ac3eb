import { slot } from './slot.ts';

/** How the requests of a route that names a mirror are copied there. */
export interface Mirroring {
  readonly copies: number;
  /** One copy for each healthy host, and nobody else is asked: the client is told that all is well when all of its request is here. */
  readonly broadcast: boolean;
}

/** Where the filter `mirror` says it. The proxy does it. Without it there is one copy. */
export const MIRRORING = slot<Mirroring>();
