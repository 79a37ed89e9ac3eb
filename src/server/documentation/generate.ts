/** `npm run docs`: writes the pages that are made from what the code itself says. */
import { writeFileSync } from 'node:fs';
import { generatedPages } from './generated.ts';

const root = new URL('../../../../', import.meta.url);
for (const [path, text] of await generatedPages()) writeFileSync(new URL(path, root), text);
