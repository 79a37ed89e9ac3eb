import { STATUS_OF_OUTCOME, type WholeResponse } from 'meshloom/protocol';
import type { AttachmentHeaders } from './attachment-headers.ts';
import { jsonResponse, problem } from './generic-call.ts';
import { type JsonObject, readJson, readObject } from './hessian2-json.ts';
import { HESSIAN2, serializationOf } from './known-serializations.ts';
import { flagsOf, SERIALIZATION_BITS } from './prefix.ts';
import type { DubboResponse } from './response.ts';
import { kindOfResult } from './result.ts';
import { STATUS_OK } from './status.ts';

/** Times a body: as JSON an answer may be longer than on the wire, but for objects that it repeats. */
const MAX_GROWTH = 8;
const MIN_LENGTH = 65_536;

/**
 * The answer to a generic call as one of HTTP: 200 and the value as JSON, 500 and `{"exception", "message"}` where the service threw one;
 * where the call failed, the status that says the same as Dubbo's and `{"message"}`. `headers`: what becomes of attachments.
 */
export function genericAnswer(response: DubboResponse, headers: AttachmentHeaders): WholeResponse {
  const { payload, code } = response;
  const asked = flagsOf(response.frame) & SERIALIZATION_BITS;
  const reader = serializationOf(asked)?.reader(payload);
  // A provider that could not read the call tells so in the serialization that it prefers, not in the call's.
  if (code !== STATUS_OK) return problem(STATUS_OF_OUTCOME[response.outcome], firstLine(reader?.readText() ?? `Dubbo status ${code}`));
  if (reader === undefined || asked !== HESSIAN2) return problem(502, 'the answer is in a serialization that is not read here');
  const kind = kindOfResult(reader);
  const fields = headers.headersOf(response.attachments);
  const maxLength = Math.max(MIN_LENGTH, payload.length * MAX_GROWTH);
  switch (kind) {
    case 'null':
      return jsonResponse(200, 'null', fields);
    case 'value': {
      const json = readJson(payload, reader.at, maxLength);
      return json === undefined ? problem(502, 'the answer cannot be read') : jsonResponse(200, json, fields);
    }
    case 'exception': {
      const thrown = readObject(payload, reader.at, maxLength);
      return thrown === undefined ? problem(502, 'the answer cannot be read') : jsonResponse(500, exceptionJson(thrown), fields);
    }
    case undefined:
      return problem(502, 'the answer cannot be read');
  }
}

/** Of an exception of its service a provider tells by one of Dubbo's own, which names it. */
function exceptionJson({ className, members }: JsonObject): string {
  const exception = members.get('exceptionClass') ?? JSON.stringify(className);
  const message = members.get('exceptionMessage') ?? members.get('detailMessage') ?? 'null';
  return `{"exception":${exception},"message":${message}}`;
}

/** Providers send the trace of their stack after it. */
function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}
