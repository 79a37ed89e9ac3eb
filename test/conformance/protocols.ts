import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Protocol } from '../../src/protocol/protocol.ts';

const built = fileURLToPath(new URL('../../protocols', import.meta.url));

/** Where the sources stand: tests run from `dist/`, and markdown stays where it was written. */
const sources = fileURLToPath(new URL('../../../protocols', import.meta.url));

export interface ProtocolFolder {
  readonly protocol: Protocol;
  readonly vectors: string;
}

/** Every protocol that has a folder: nobody has to list them. */
export async function protocolFolders(): Promise<readonly ProtocolFolder[]> {
  if (!existsSync(sources)) return [];
  const names = readdirSync(sources).filter((name) => existsSync(join(sources, name, 'index.ts')));
  return Promise.all(
    names.sort().map(async (name) => {
      const module: { default: Protocol } = await import(join(built, name, 'index.js'));
      return { protocol: module.default, vectors: join(sources, name, 'vectors') };
    }),
  );
}
