import { FieldList } from '../../../src/protocol/fields.ts';
import type { RequestHead } from '../../../src/protocol/head.ts';

/** An HTTP request as a router sees it. */
export function httpHead(authority: string, path: string, fields: Record<string, string> = {}, method = 'GET'): RequestHead {
  return head({ scheme: 'http', authority, path, method, fields: new FieldList(Object.entries(fields)) });
}

/** An RPC request: no scheme, its names where the protocol keeps them. */
export function rpcHead(service: string, method: string, fields: Record<string, string> = {}, group = ''): RequestHead {
  return head({ authority: group, path: service, method, fields: new FieldList(Object.entries(fields)) });
}

export function head(given: Partial<RequestHead>): RequestHead {
  return {
    protocol: 'test',
    scheme: '',
    authority: '',
    path: '',
    method: '',
    fields: new FieldList(),
    oneWay: false,
    idempotent: false,
    timeoutMs: undefined,
    upgrade: '',
    ...given,
  };
}
