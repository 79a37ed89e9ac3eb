import { isRecord } from '../../base/schema/json.ts';

/** Whether an object switches something on with one of its keys, whatever the key's case. What is no object is not off. */
export function switchedOn(value: unknown, key: string): boolean {
  if (!isRecord(value)) return true;
  return Object.entries(value).some(([each, on]) => each.toLowerCase() === key && on !== false && on !== null);
}
