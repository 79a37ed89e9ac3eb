import { FieldList, type Fields } from './fields.ts';
import type { RequestHead } from './head.ts';

/** Where a request made here goes, and what it asks. */
export interface LocalRequestParts {
  readonly scheme?: string;
  readonly authority: string;
  readonly path: string;
  readonly method: string;
  readonly fields?: Fields;
  /** Doing it twice is doing it once. Default: not. */
  readonly idempotent?: boolean;
}

/** A request head made here, for requests that no client has asked for. A codec builds its own protocol's head of it, if it can. */
export class LocalRequest implements RequestHead {
  readonly protocol = 'local';
  readonly oneWay = false;
  readonly timeoutMs = undefined;
  readonly upgrade = '';
  readonly idempotent: boolean;
  readonly fields: Fields;
  scheme: string;
  authority: string;
  path: string;
  method: string;

  constructor({ scheme = 'http', authority, path, method, fields = new FieldList(), idempotent = false }: LocalRequestParts) {
    this.scheme = scheme;
    this.authority = authority;
    this.path = path;
    this.method = method;
    this.fields = fields;
    this.idempotent = idempotent;
  }
}
