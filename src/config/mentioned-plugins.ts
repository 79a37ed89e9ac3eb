import { isRecord } from '../base/schema/json.ts';

/** The plugins that a document names, before anything is checked: what has to be loaded first. Never throws. */
export function mentionedPlugins(document: unknown): readonly string[] {
  if (!isRecord(document)) return [];
  const plugins = Object.entries(document).find(([key]) => key.toLowerCase() === 'plugins')?.[1];
  const names = Array.isArray(plugins) ? plugins.filter((name): name is string => typeof name === 'string' && name !== '') : [];
  return [...new Set(names)];
}
