import { type Bytes, EMPTY, FieldList, LocalResponse, type RequestHead, type WholeResponse } from 'meshloom/protocol';
import type { AttachmentHeaders } from './attachment-headers.ts';
import { hessian2 } from './hessian2.ts';
import { encodeList } from './hessian2-values.ts';
import { HESSIAN2 } from './known-serializations.ts';
import { FLAG_REQUEST, FLAG_TWO_WAY, makeFrame } from './prefix.ts';

/** Where a caller says which of several methods of one name it means: Java's names of the parameters' types, with commas between. */
const TYPES_FIELD = 'x-dubbo-types';

/** Arrays and objects within each other; deeper ones are nobody's arguments. */
const MAX_DEPTH = 256;

/** As a Dubbo of version 2 says of itself. */
const DUBBO_VERSION = '2.0.2';

/** Every service answers this method of Dubbo's own: name of a method, its types, its arguments (`GenericService`). */
const GENERIC_METHOD = '$invoke';
const GENERIC_TYPES = 'Ljava/lang/String;[Ljava/lang/String;[Ljava/lang/Object;';

/**
 * A request of HTTP as a call: `POST /SERVICE/METHOD?version=V&group=G`, whose body is a JSON array of the arguments; no body is none.
 * Providers find the method by its name, and by `x-dubbo-types` where there are several of one name. `headers`: what goes along.
 */
export function genericCall(head: RequestHead, body: Bytes, headers: AttachmentHeaders): Bytes | WholeResponse {
  const fault = callFault(head.method, head.path);
  if (fault !== undefined) return problem(fault.status, fault.message, fault.status === 405 ? [['allow', 'POST']] : []);
  const query = head.path.indexOf('?');
  const [, service = '', method = ''] = partsOf(head.path);
  const values = argumentsOf(body);
  if (values === undefined) return problem(400, `the body is no JSON array of arguments, or deeper than ${MAX_DEPTH}`);
  const types = head.fields
    .get(TYPES_FIELD)
    ?.split(',')
    .map((type) => type.trim());
  if (types !== undefined && types.length !== values.length) {
    return problem(400, `${TYPES_FIELD} names ${types.length} types for ${values.length} arguments`);
  }
  const parameters = new URLSearchParams(query < 0 ? '' : head.path.slice(query));
  const version = parameters.get('version') ?? '0.0.0';
  const group = parameters.get('group');
  const own = { path: service, interface: service, version, ...(group !== null && { group }), generic: 'true' };
  const attachments = [...headers.attachmentsOf(head.fields), ...Object.entries(own)];
  return makeFrame(
    FLAG_REQUEST | FLAG_TWO_WAY | HESSIAN2,
    0,
    Buffer.concat([
      ...[DUBBO_VERSION, service, version, GENERIC_METHOD, GENERIC_TYPES, method].map(hessian2.text),
      types === undefined ? hessian2.textItem(undefined) : encodeList('[string', types),
      encodeList('[object', values),
      hessian2.mapItem(
        EMPTY,
        attachments.map((entry) => Buffer.concat(entry.map(hessian2.text))),
      ),
    ]),
  );
}

/** What is wrong with a request of HTTP, by these two alone. */
export function callFault(method: string, path: string): { readonly status: number; readonly message: string } | undefined {
  if (method !== 'POST') return { status: 405, message: 'a service is called by POST' };
  const [root, service, name, ...more] = partsOf(path);
  if (root !== '' || !service || !name || more.length > 0) return { status: 404, message: 'a service is called as /SERVICE/METHOD' };
  return undefined;
}

function partsOf(path: string): readonly string[] {
  const query = path.indexOf('?');
  return (query < 0 ? path : path.slice(0, query)).split('/');
}

/** An answer made here or of a provider's failure: `{"message": ...}`. */
export function problem(status: number, message: string, fields: readonly (readonly [string, string])[] = []): WholeResponse {
  return jsonResponse(status, JSON.stringify({ message }), fields);
}

export function jsonResponse(status: number, json: string, fields: readonly (readonly [string, string])[] = []): WholeResponse {
  const body = Buffer.from(json);
  const all = [...fields, ['content-type', 'application/json'], ['content-length', String(body.length)]] as const;
  return { head: new LocalResponse(status, new FieldList(all)), body };
}

function argumentsOf(body: Bytes): readonly unknown[] | undefined {
  if (body.length === 0) return [];
  try {
    const values: unknown = JSON.parse(body.toString('utf8'));
    return Array.isArray(values) && !isDeeper(values, MAX_DEPTH) ? values : undefined;
  } catch {
    return undefined;
  }
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((member) => isDeeper(member, depth - 1));
}
