/** The Go that programs for tests are built with. */
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child.ts';

/** From here on Go gets a newer Go by itself where a program asks for one. Debian 12 has 1.19. */
const SELF_RENEWING_MINOR = 21;
/** What an older one is renewed to: no less than any of the programs asks for. */
const RENEWED = 'go1.26.8';
const LOAD_DEADLINE_MS = 300_000;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

async function run(command: string, args: readonly string[]): Promise<string> {
  const child = new Child(`${command} ${args.join(' ')}`, command, args);
  const exitCode = await child.exit(LOAD_DEADLINE_MS);
  if (exitCode !== 0) throw new Error(`${child.name} ended with ${exitCode}:\n${child.output}`);
  return child.output;
}

/** The path of a `go` that can build programs of today. Needs the network once where the one that is installed is old. */
export async function goCommand(): Promise<string> {
  const version = await run('go', ['version']);
  const minor = Number(/\bgo1\.(\d+)/.exec(version)?.[1]);
  return minor < SELF_RENEWING_MINOR ? renewedGo() : 'go';
}

/** Toolchains are modules, which also a Go loads and verifies that knows nothing of toolchains. */
async function renewedGo(): Promise<string> {
  const module = `golang.org/toolchain@v0.0.1-${RENEWED}.linux-${ARCHITECTURES[process.arch] ?? process.arch}`;
  const report = await run('go', ['mod', 'download', '-json', module]);
  const { Dir: folder } = JSON.parse(report.slice(report.indexOf('{'))) as { Dir: string };
  // Files of modules are no programs; a Go that knows toolchains makes them such.
  for (const programs of ['bin', 'pkg/tool']) {
    for (const entry of readdirSync(join(folder, programs), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o555);
    }
  }
  return join(folder, 'bin', 'go');
}
