import { readFileSync } from 'node:fs';
import { markdownOf } from '../../config/documentation/markdown.ts';
import type { Configurable } from '../../filter/filter.ts';

const BEGIN = '<!-- settings: written by npm run docs -->';
const END = '<!-- end of settings -->';

/** The pages of filters, which people write but for the tables of settings between two marks. `folder`: where they are, from `root`. */
export function filterPages(
  kinds: ReadonlyMap<string, Configurable<unknown>>,
  root: URL,
  folder: string,
): readonly (readonly [path: string, text: string])[] {
  return Array.from(kinds.values(), ({ type, settings }) => {
    const path = `${folder}/${type}.md`;
    const page = readFileSync(new URL(path, root), 'utf8');
    const begin = page.indexOf(BEGIN);
    const end = page.indexOf(END);
    if (begin < 0 || end < begin) throw new Error(`${path} has no place for settings: ${BEGIN} and ${END}`);
    const table = settings.shape.kind === 'object' ? markdownOf(settings.shape) : '';
    return [path, `${page.slice(0, begin)}${BEGIN}\n\n${table}\n${page.slice(end)}`] as const;
  });
}
