/** Programs written in Go that tests run: built once for each version, into a folder that is no part of the repository. */
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Child } from './child.ts';
import { lock } from './lock.ts';
import { repository } from './shared-files.ts';

/** The first build loads and compiles all that the program needs. */
const BUILD_DEADLINE_MS = 600_000;

/** The path of the program of that package, which is built when it has not been yet. Needs the network once. */
export async function goTool(packagePath: string, version: string): Promise<string> {
  const folder = join(repository, '.cache', 'go', `${packagePath.replaceAll('/', '_')}@${version}`);
  const program = join(folder, basename(packagePath));
  const release = await lock('go');
  try {
    if (existsSync(program)) return program;
    mkdirSync(folder, { recursive: true });
    // A distribution's Go may be older than the program asks for: then it loads the one that is.
    const env = { GOBIN: folder, GOTOOLCHAIN: 'auto' };
    const build = new Child('go install', 'go', ['install', `${packagePath}@${version}`], { env });
    const exitCode = await build.exit(BUILD_DEADLINE_MS);
    if (exitCode !== 0) throw new Error(`go install ${packagePath}@${version} ended with ${exitCode}:\n${build.output}`);
    return program;
  } finally {
    release();
  }
}
