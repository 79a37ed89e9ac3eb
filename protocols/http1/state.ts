import { Machine, type MachineEvent, NO_STEP, type Transitions } from 'meshloom/protocol';

/** What the client of the connection has sent of the current exchange. */
export type ClientState =
  /** Nothing: a head may begin. */
  | 'idle'
  /** A head; its body is on the way. */
  | 'body'
  /** A head that asks for another protocol, and perhaps a body. Whatever follows is nobody's until it has been answered. */
  | 'upgrading'
  | 'tunnel'
  | 'done'
  | 'closed';

export type ClientEvent = 'head' | 'upgrade' | 'accepted' | 'refused' | 'end' | 'next' | 'close';

/** The half of an exchange that the client of the connection sends (RFC 9112 sections 2 and 9, RFC 9110 section 7.8). */
export const CLIENT_HALF: Transitions<ClientState, ClientEvent> = {
  idle: { head: 'body', upgrade: 'upgrading', close: 'closed' },
  body: { end: 'done', close: 'closed' },
  upgrading: { accepted: 'tunnel', refused: 'body', close: 'closed' },
  tunnel: { end: 'done', close: 'closed' },
  done: { next: 'idle', close: 'closed' },
  closed: {},
};

/** What the server of the connection has sent of the current exchange. */
export type ServerState =
  /** Nothing, and nothing has been asked. */
  | 'idle'
  /** Informational heads at most. */
  | 'waiting'
  | 'body'
  | 'tunnel'
  | 'done'
  | 'closed';

export type ServerEvent = 'request' | 'informational' | 'head' | 'accepted' | 'end' | 'next' | 'close';

/** The half that the server sends. */
export const SERVER_HALF: Transitions<ServerState, ServerEvent> = {
  idle: { request: 'waiting', close: 'closed' },
  waiting: { informational: 'waiting', head: 'body', accepted: 'tunnel', close: 'closed' },
  body: { end: 'done', close: 'closed' },
  tunnel: { end: 'done', close: 'closed' },
  done: { next: 'idle', close: 'closed' },
  closed: {},
};

const CLIENT_MACHINE = new Machine(CLIENT_HALF);
const SERVER_MACHINE = new Machine(SERVER_HALF);

/** What the two halves can be told. */
export const CLIENT = CLIENT_MACHINE.on;
export const SERVER = SERVER_MACHINE.on;

/** Both halves of the exchange that a connection is in. Either role sends one and receives the other. */
export class ExchangeState {
  client: ClientState = 'idle';
  server: ServerState = 'idle';
  /** The same as numbers. */
  private clientAt = 0;
  private serverAt = 0;

  /** Throws when the table has no such step: the codec looks at the state before it takes one, so that no peer can cause this. */
  onClient(event: MachineEvent<ClientEvent>): void {
    const next = CLIENT_MACHINE.next(this.clientAt, event);
    if (next === NO_STEP) throw new Error(`no ${event.name} of the client in its state ${this.client}`);
    this.clientAt = next;
    this.client = CLIENT_MACHINE.states[next]!;
  }

  onServer(event: MachineEvent<ServerEvent>): void {
    const next = SERVER_MACHINE.next(this.serverAt, event);
    if (next === NO_STEP) throw new Error(`no ${event.name} of the server in its state ${this.server}`);
    this.serverAt = next;
    this.server = SERVER_MACHINE.states[next]!;
  }

  get closed(): boolean {
    return this.client === 'closed';
  }

  /** Both halves are over. */
  get done(): boolean {
    return this.client === 'done' && this.server === 'done';
  }

  next(): void {
    this.onClient(CLIENT.next);
    this.onServer(SERVER.next);
  }

  close(): void {
    this.onClient(CLIENT.close);
    this.onServer(SERVER.close);
  }
}
