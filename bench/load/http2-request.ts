import { type ClientCodec, type Fault, FieldList, type Fields, type RequestHead, type ResponseHandler } from 'meshloom/protocol';

/** The head of a request that a bench makes. */
export function requestHead(path: string, method = 'GET', fields: Fields = new FieldList()): RequestHead {
  return {
    protocol: 'bench',
    scheme: 'http',
    authority: 'bench.test',
    path,
    method,
    fields,
    oneWay: false,
    idempotent: method === 'GET',
    timeoutMs: undefined,
    upgrade: '',
  };
}

/** What most of those who ask do with most of what comes. */
export abstract class Asking implements ResponseHandler {
  onInformational(): void {}
  abstract onHead(head: { readonly status: number }, end: boolean): void;
  abstract onData(bytes: Buffer, end: boolean): void;
  abstract onReset(why: Fault): void;
  onTrailers(): void {}
  onDrain(): void {}
}

class Whole extends Asking {
  private readonly parts: Buffer[] = [];
  private readonly done: (body: string) => void;
  private readonly failed: (why: Error) => void;

  constructor(done: (body: string) => void, failed: (why: Error) => void) {
    super();
    this.done = done;
    this.failed = failed;
  }

  onHead({ status }: { readonly status: number }, end: boolean): void {
    if (status !== 200) this.failed(new Error(`status ${status}`));
    else if (end) this.done('');
  }
  onData(bytes: Buffer, end: boolean): void {
    this.parts.push(bytes);
    if (end) this.done(Buffer.concat(this.parts).toString('latin1'));
  }
  onReset(why: Fault): void {
    this.failed(new Error(why.detail));
  }
}

/** Asks for that path, and resolves with the body of the answer. Rejects when its status is not 200 or it does not end as it should. */
export function ask({ codec }: { readonly codec: ClientCodec }, path: string): Promise<string> {
  return new Promise((resolve, reject) => codec.open(new Whole(resolve, reject)).sendHead(requestHead(path), true));
}
