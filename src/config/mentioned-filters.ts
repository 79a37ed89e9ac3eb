import { valueAt } from './value-at.ts';

/**
 * The types of stream filters that the listeners of a document have, before anything is checked: what has to be loaded. Any object counts
 * that has MOSN's keys, for the document may be anything yet. Never throws.
 */
export function mentionedStreamFilters(document: unknown): ReadonlySet<string> {
  const types = new Set<string>();
  for (const server of itemsAt(document, 'servers')) {
    for (const listener of itemsAt(server, 'listeners')) {
      for (const filter of itemsAt(listener, 'stream_filters')) {
        const type = valueAt(filter, 'type');
        if (typeof type === 'string') types.add(type);
      }
    }
  }
  return types;
}

function itemsAt(value: unknown, key: string): readonly unknown[] {
  const items = valueAt(value, key);
  return Array.isArray(items) ? items : [];
}
