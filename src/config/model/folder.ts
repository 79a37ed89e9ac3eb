import { converted } from '../../base/schema/collections.ts';
import { optional } from '../../base/schema/fields.ts';
import { text } from '../../base/schema/scalars.ts';

/** A key that names a folder. Whoever reads the document has put what is in it in its place, and taken the key away. */
export function folderOf(item: string, list: string) {
  const unread = converted(text({ atLeast: 1 }), (_, report): string | undefined => {
    report.error(`cannot stand beside \`${list}\``, 'put all of them in files, or none');
    return undefined;
  });
  return optional(
    unread,
    `A folder with a file for each ${item}, in place of \`${list}\`: those whose names end in \`.json\`, \`.yaml\` or \`.yml\`, in the order of their names. A relative one starts from the folder of the configuration's own file.`,
  );
}
