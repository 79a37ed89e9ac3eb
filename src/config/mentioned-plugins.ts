import { valueAt } from './value-at.ts';

/** The plugins that a document names, before anything is checked: what has to be loaded first. Never throws. */
export function mentionedPlugins(document: unknown): readonly string[] {
  const plugins = valueAt(document, 'plugins');
  const names = Array.isArray(plugins) ? plugins.filter((name): name is string => typeof name === 'string' && name !== '') : [];
  return [...new Set(names)];
}
