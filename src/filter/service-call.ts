import { type Bytes, EMPTY } from '../base/bytes.ts';
import { FieldList, type Fields } from '../protocol/fields.ts';
import { IDEMPOTENT_METHODS } from '../protocol/idempotent-methods.ts';
import { LocalRequest } from '../protocol/local-request.ts';
import type { Ask, Asked } from './ask.ts';

/** HTTP/1.1 by its name in ALPN (RFC 7301). */
const HTTP_1 = 'http/1.1';

/** A service that decides something answers quickly, and in few words. In milliseconds, and bytes. */
const DEFAULT_LIMIT_MS = 5_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;

/** A question to a service behind a cluster, whose answer is wanted whole. */
export interface ServiceCall {
  /** With its query. Of an RPC: the service. */
  readonly path: string;
  /** Default: GET, or POST with a body. */
  readonly method?: string;
  /** Default: the name of the cluster. */
  readonly authority?: string;
  readonly scheme?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly body?: string | Bytes;
  /** By its plugin's name or by one that it has in ALPN. Default: HTTP/1.1. */
  readonly protocol?: string;
  /** From the end of the question to the end of the answer, in milliseconds. Default: 5000. */
  readonly limitMs?: number;
  /** How many attempts may follow the first one, where trying again is safe. Default: none. */
  readonly retries?: number;
  /** Longer answers are none. Default: 1 MiB. */
  readonly maxBytes?: number;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly fields: Fields;
  readonly body: Bytes;
}

/** Asks, and rejects with an Error that says in a line why there is no answer. Whatever was answered is one, a status of 500 too. */
export type CallService = (cluster: string, call: ServiceCall) => Promise<ServiceAnswer>;

export function calling(ask: Ask): CallService {
  return (cluster, call) => new Promise((resolve, reject) => new WholeAnswer(ask, cluster, call, resolve, reject));
}

/** One question, and what has come of its answer. */
class WholeAnswer {
  private readonly chunks: Bytes[] = [];
  private held = 0;
  private status = 0;
  private fields: Fields = new FieldList();
  private asked: Asked | undefined;
  private over = false;

  constructor(ask: Ask, cluster: string, call: ServiceCall, resolve: (answer: ServiceAnswer) => void, reject: (why: Error) => void) {
    const { maxBytes = DEFAULT_MAX_BYTES } = call;
    const finish = (): void => {
      this.over = true;
      resolve({ status: this.status, fields: this.fields, body: Buffer.concat(this.chunks) });
    };
    const fail = (why: string): void => {
      this.over = true;
      this.asked?.cancel();
      reject(new Error(why));
    };
    this.asked = ask(cluster, requestOf(cluster, call), {
      onHead: ({ status, fields }, end) => {
        this.status = status;
        this.fields = fields;
        if (end) finish();
      },
      onData: (bytes, end) => {
        if (this.over) return;
        this.held += bytes.length;
        if (this.held > maxBytes) fail(`the answer has more than ${maxBytes} bytes`);
        else {
          this.chunks.push(bytes);
          if (end) finish();
        }
      },
      onTrailers: finish,
      onFault: ({ detail }) => fail(detail),
    });
    // All of it may have come within the call.
    if (this.over) this.asked.cancel();
  }
}

function requestOf(cluster: string, call: ServiceCall) {
  const body = call.body === undefined ? EMPTY : Buffer.from(call.body);
  const { method = body.length > 0 ? 'POST' : 'GET', authority = cluster, scheme = 'http', path, fields: given = {} } = call;
  const fields = new FieldList(Object.entries(given).map(([name, value]): [string, string] => [name.toLowerCase(), value]));
  if (body.length > 0) fields.set('content-length', String(body.length));
  const { protocol = HTTP_1, limitMs = DEFAULT_LIMIT_MS, retries = 0 } = call;
  const head = new LocalRequest({ scheme, authority, path, method, fields, idempotent: IDEMPOTENT_METHODS.has(method) });
  return { head, body, protocol, limitMs, retries };
}
