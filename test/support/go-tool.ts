/** Programs written in Go that tests run: built once for each version, into a folder that is no part of the repository. */
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Child } from './child.ts';
import { goCommand } from './go-command.ts';
import { lock } from './lock.ts';
import { repository } from './shared-files.ts';

/** The first build loads and compiles all that the program needs. */
const BUILD_DEADLINE_MS = 600_000;

/** The path of the program of that package, which is built when it has not been yet. Needs the network once. */
export async function goTool(packagePath: string, version: string): Promise<string> {
  const folder = join(repository, '.cache', 'go', `${packagePath.replaceAll('/', '_')}@${version}`);
  const program = join(folder, basename(packagePath));
  return alone(async () => {
    if (existsSync(program)) return program;
    mkdirSync(folder, { recursive: true });
    await go(['install', `${packagePath}@${version}`], { env: { GOBIN: folder } });
    return program;
  });
}

/** The path of the program whose source is in that folder of this repository. Go itself knows whether it has to be built again. */
export async function goProgram(source: string): Promise<string> {
  const program = join(repository, '.cache', 'go', basename(source));
  return alone(async () => {
    await go(['build', '-o', program, '.'], { cwd: join(repository, source) });
    return program;
  });
}

/** Tests of other processes may want the same program. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const release = await lock('go');
  try {
    return await work();
  } finally {
    release();
  }
}

async function go(args: readonly string[], { env = {}, cwd }: { env?: Readonly<Record<string, string>>; cwd?: string }): Promise<void> {
  // A distribution's Go may be older than the program asks for: then it loads the one that is.
  const build = new Child('go', await goCommand(), args, { env: { GOTOOLCHAIN: 'auto', ...env }, ...(cwd === undefined ? {} : { cwd }) });
  const exitCode = await build.exit(BUILD_DEADLINE_MS);
  if (exitCode !== 0) throw new Error(`go ${args.join(' ')} ended with ${exitCode}:\n${build.output}`);
}
