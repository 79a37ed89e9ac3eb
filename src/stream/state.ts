import type { Transitions } from '../protocol/machine.ts';

/** A connection that we accepted. */
export type ServerState =
  /** Too few bytes have come to tell which protocol it is. */
  | 'detecting'
  | 'open'
  /** Open streams finish, new ones are not taken. */
  | 'draining'
  | 'closed';
export type ServerEvent = 'detected' | 'drain' | 'close';

export const SERVER_CONNECTION: Transitions<ServerState, ServerEvent> = {
  detecting: { detected: 'open', drain: 'closed', close: 'closed' },
  open: { drain: 'draining', close: 'closed' },
  draining: { drain: 'draining', close: 'closed' },
  closed: { drain: 'closed', close: 'closed' },
};

/** A connection that we made. */
export type ClientState = 'connecting' | 'open' | 'draining' | 'closed';
export type ClientEvent = 'connected' | 'drain' | 'close';

export const CLIENT_CONNECTION: Transitions<ClientState, ClientEvent> = {
  connecting: { connected: 'open', drain: 'closed', close: 'closed' },
  open: { drain: 'draining', close: 'closed' },
  draining: { drain: 'draining', close: 'closed' },
  closed: { drain: 'closed', close: 'closed' },
};
