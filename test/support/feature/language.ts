/** What a feature test says and hears, whatever protocol it is carried in. */
import type { Outcome } from '../../../src/protocol/head.ts';

export type Texts = Readonly<Record<string, string>>;

export interface Call {
  /** HTTP: the path with its query. Dubbo: the service, in these very letters. Default: `/`, and `org.meshloom.Shop`. */
  readonly path?: string;
  /** The same, but in HTTP a slash comes before it. */
  readonly service?: string;
  /** Default: GET, or POST with a body; in Dubbo `call`. */
  readonly method?: string;
  /** HTTP: Host. Dubbo: group. */
  readonly authority?: string;
  /** Dubbo: of the service. Nothing in HTTP. */
  readonly version?: string;
  /** HTTP: header section. Dubbo: attachments. */
  readonly fields?: Texts;
  /** Dubbo: the one argument, a text. */
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly outcome: Outcome;
  /** HTTP: the status. Dubbo: the HTTP status that stands for the outcome. */
  readonly status: number;
  /** Names in lower case. */
  readonly fields: Texts;
  /** Dubbo: the value, or the message of a failure. */
  readonly body: string;
  /** The body as it came; compressed, for example. */
  readonly bytes: Buffer;
}

/** A call as the backend got it. */
export interface Seen {
  /** Dubbo: the service. */
  readonly path: string;
  readonly method: string;
  readonly authority: string;
  readonly version: string;
  /** Names in lower case, without those that HTTP/2 begins with a colon. */
  readonly fields: Texts;
  readonly body: string;
  /** Which of the backend's connections it came by, counted from 1. */
  readonly connection: number;
}

/** `reset`: the connection is broken off, HTTP/2: the stream. `silence`: no answer ever. */
export type Reply = Response | 'reset' | 'silence';

export interface Response {
  /** HTTP: any; Dubbo: what comes next to it. Default: 200. */
  readonly status?: number;
  readonly fields?: Texts;
  readonly body?: string | Buffer;
  /** HTTP/2 alone. */
  readonly trailers?: Texts;
}

export type Answering = (request: Seen) => Reply | Promise<Reply>;

export interface Client {
  /** Rejects when the connection, or the stream, is broken off. */
  call(call?: Call): Promise<Answer>;
  close(): Promise<void>;
}

export interface Server {
  readonly port: number;
  /** How many have come in so far. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** Default: one that is free. */
  readonly port?: number;
}

export interface ClientOptions {
  /** Where it calls from. Default: 127.0.0.1. */
  readonly localAddress?: string;
}

/** How a protocol is spoken by the two ends of a feature test; none of it is code of the proxy. */
export interface Language {
  /** As the configuration names it. */
  readonly name: string;
  serve(answer: Answering, options?: ServerOptions): Promise<Server>;
  dial(port: number, options?: ClientOptions): Promise<Client>;
  /** What is left of an outcome once it has been told in this protocol: Dubbo has no word for `unavailable`. */
  told(outcome: Outcome): Outcome;
}
