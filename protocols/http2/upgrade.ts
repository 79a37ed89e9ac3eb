import type { Bytes, Fields, HandOver } from 'meshloom/protocol';
import { SETTING_BYTES } from './frames/settings.ts';
import { HeaderFields } from './header-fields.ts';
import { connectionOptions, isLeftBehind } from './message-writer.ts';
import { Http2RequestHead, UNKNOWN_LENGTH } from './request-head.ts';

/** RFC 7540 section 3.1. RFC 9113 has given this way into HTTP/2 up; clients that know no other still ask for it. */
export const H2C = 'h2c';

const SETTINGS_FIELD = 'http2-settings';
/** RFC 4648 section 5. RFC 7540 section 3.2.1 leaves the padding out; it says nothing, and is let pass. */
const BASE64URL = /^([\w-]*)={0,2}$/;

/**
 * The payload of a SETTINGS frame that the client has sent along (RFC 7540 section 3.2.1). Undefined when there is none, more than one,
 * or one that Connection does not name, or it is of no use: then the connection must not be upgraded.
 */
export function settingsOf(connectionFields: Fields): Bytes | undefined {
  if (!connectionOptions(connectionFields.get('connection') ?? '').has(SETTINGS_FIELD)) return undefined;
  const [, encoded] = BASE64URL.exec(connectionFields.get(SETTINGS_FIELD) ?? '?') ?? [];
  // One character over is no byte.
  if (encoded === undefined || encoded.length % 4 === 1) return undefined;
  const payload = Buffer.from(encoded, 'base64url');
  return payload.length % SETTING_BYTES === 0 ? payload : undefined;
}

/** The request as if it had come by HTTP/2. */
export function firstRequest({ head }: HandOver): Http2RequestHead {
  const fields = new HeaderFields([]);
  for (const [name, value] of head.fields) if (name === 'te' || !isLeftBehind(name)) fields.append(name, value);
  return new Http2RequestHead(head.scheme, head.authority, head.path, head.method, '', UNKNOWN_LENGTH, fields);
}
