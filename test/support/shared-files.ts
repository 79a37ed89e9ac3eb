import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const { MESHLOOM_SHARED } = process.env;

/** The repository's own folder. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** MOSN's own configuration files: they are no part of the repository and lie beside it, or where MESHLOOM_SHARED says. */
export const mosnConfigurations = join(resolve(MESHLOOM_SHARED ?? join(repository, '..', 'shared')), 'mosn-configs');

/** For node:test's `skip` option. */
export const withoutMosnConfigurations: false | string = existsSync(mosnConfigurations) ? false : `no folder ${mosnConfigurations}`;
