import type { Transitions } from 'meshloom/protocol';

/** Which directions have ended; a TCP connection closes each on its own (RFC 9293 section 3.6). */
export type TunnelState = 'open' | 'sent' | 'received' | 'over';

export type TunnelEvent = 'send end' | 'receive end' | 'cut';

export const TUNNEL: Transitions<TunnelState, TunnelEvent> = {
  open: { 'send end': 'sent', 'receive end': 'received', cut: 'over' },
  sent: { 'receive end': 'over', cut: 'over' },
  received: { 'send end': 'over', cut: 'over' },
  over: {},
};
