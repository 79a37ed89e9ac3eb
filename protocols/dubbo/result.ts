import { type Bytes, EMPTY, type Fields } from 'meshloom/protocol';
import type { AttachmentMap, ItemReader, Serialization } from './serialization.ts';

/** What the body of an answer begins with: 0 for an exception, 1 for a value, 2 for null, and with 3 more attachments at the end. */
const KINDS = ['exception', 'value', 'null'] as const;
const VALUE = 1;
const NULL_VALUE = 2;
const WITH_ATTACHMENTS = 3;

/** What an answer is; undefined when it is none. The reader stands before the exception or the value then. */
export function kindOfResult(reader: ItemReader): (typeof KINDS)[number] | undefined {
  const flag = reader.readNumber() ?? -1;
  return flag >= 0 && flag <= NULL_VALUE + WITH_ATTACHMENTS ? KINDS[flag % WITH_ATTACHMENTS] : undefined;
}

/** The attachments of an answer; undefined where it has none, for a consumer that was not given any may not know what to do with them. */
export function attachmentsOfResult(reader: ItemReader): AttachmentMap | undefined {
  const flag = reader.readNumber();
  if (flag === undefined || flag < WITH_ATTACHMENTS || flag > NULL_VALUE + WITH_ATTACHMENTS) return undefined;
  if (flag !== NULL_VALUE + WITH_ATTACHMENTS && !reader.skip(1)) return undefined;
  return reader.readMap();
}

/** The body of an answer made here: a text as value, or null for an empty one. */
export function textResult(serialization: Serialization, text: string, fields: Fields | undefined): Bytes {
  const entries = Array.from(fields ?? [], ([name, value]) => Buffer.concat([serialization.text(name), serialization.text(value)]));
  const flag = (text === '' ? NULL_VALUE : VALUE) + (entries.length > 0 ? WITH_ATTACHMENTS : 0);
  return Buffer.concat([
    serialization.flagItem(flag),
    text === '' ? EMPTY : serialization.textItem(text),
    entries.length > 0 ? serialization.mapItem(EMPTY, entries) : EMPTY,
  ]);
}
