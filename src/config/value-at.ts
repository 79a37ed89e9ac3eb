import { isRecord } from '../base/schema/json.ts';

/** What stands under a key of a document that nobody has checked yet, whatever the key's case. `key`: in lower case. */
export function valueAt(value: unknown, key: string): unknown {
  if (!isRecord(value)) return undefined;
  return Object.entries(value).find(([each]) => each.toLowerCase() === key)?.[1];
}
