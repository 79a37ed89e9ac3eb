import { FieldList } from '../protocol/fields.ts';
import { LocalResponse } from '../protocol/local-response.ts';
import type { Exchange, ResponseFlag } from './filter.ts';

/** Ends an exchange with a status of HTTP and a few words; other protocols say what is nearest to the status. */
export function answer(exchange: Exchange, status: number, message: string, flag: ResponseFlag = 'LR'): void {
  const body = Buffer.from(message);
  const fields = new FieldList([
    ['content-type', 'text/plain'],
    ['content-length', String(body.length)],
  ]);
  exchange.respond(new LocalResponse(status, fields), body, flag);
}
