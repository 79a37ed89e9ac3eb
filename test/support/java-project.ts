/** Builds the Maven projects of examples and tests, and starts the programs in them. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Child } from './child.ts';
import { lock } from './lock.ts';

/** The versions of Dubbo that there are profiles for: what MOSN's sample uses, and the newest of either line. */
export const DUBBO_VERSIONS = { 'dubbo-2.7.3': '2.7.3', 'dubbo-2.7': '2.7.23', 'dubbo-3.3': '3.3.6' } as const;
export type DubboProfile = keyof typeof DUBBO_VERSIONS;

/** The profile for `3.3`, as people write it. */
export function dubboProfile(line: string): DubboProfile {
  const profiles = Object.keys(DUBBO_VERSIONS) as DubboProfile[];
  const found = profiles.find((profile) => profile === `dubbo-${line}`);
  if (found === undefined) throw new Error(`no Dubbo ${line}: there are ${profiles.join(', ')}`);
  return found;
}

/** The first build loads some hundred files of Maven's and Dubbo's. */
const BUILD_DEADLINE_MS = 600_000;

/** Parts of Java that Dubbo 2.7 looks into by reflection, which Java 17 allows no more unless it is told to. */
const OPENED = ['lang', 'lang.reflect', 'math', 'util', 'util.concurrent', 'net', 'text', 'time', 'io'];

/** What any program with Dubbo in it needs on Java 17. */
const OPTIONS: readonly string[] = OPENED.map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`);

/** A start of one second instead of three: tests and samples end before the second compiler would pay. */
const SHORT_LIFE = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-Xmx640m'];

export interface JavaOptions {
  /** For the JVM: `-Dname=value`. */
  readonly jvm?: readonly string[];
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export class JavaProject {
  readonly folder: string;
  readonly profile: DubboProfile;
  /** Classes, and the file with the class path of all that they need. */
  private readonly target: string;

  constructor(folder: string, profile: DubboProfile) {
    this.folder = folder;
    this.profile = profile;
    this.target = join(folder, 'target', DUBBO_VERSIONS[profile]);
  }

  /** Compiles what has changed. Needs the network once; from then on all that is needed is in Maven's local repository. */
  async build(): Promise<this> {
    const release = await lock('maven');
    try {
      const sources = newestChange(this.folder);
      const stamp = join(this.target, 'built');
      if (existsSync(stamp) && Number(readFileSync(stamp, 'latin1')) === sources && this.libraries().every((path) => existsSync(path)))
        return this;
      rmSync(this.target, { recursive: true, force: true });
      const { exitCode } = await this.maven('--offline');
      if (exitCode !== 0) {
        const online = await this.maven();
        if (online.exitCode !== 0) throw new Error(`Maven ended with ${online.exitCode}:\n${online.output}`);
      }
      writeFileSync(stamp, String(sources));
      return this;
    } finally {
      release();
    }
  }

  /** Starts the class of that name. Its standard output is the program's, its standard error Dubbo's log. */
  start(name: string, mainClass: string, args: readonly string[], { jvm = [], env = {} }: JavaOptions = {}): Child {
    const classPath = [join(this.target, 'classes'), ...this.libraries()].join(delimiter);
    const logging = `-Djava.util.logging.config.file=${join(this.target, 'classes/logging.properties')}`;
    return new Child(name, 'java', [...OPTIONS, ...SHORT_LIFE, logging, ...jvm, '-cp', classPath, mainClass, ...args], { env });
  }

  private libraries(): readonly string[] {
    return readFileSync(join(this.target, 'classpath'), 'utf8').trim().split(delimiter);
  }

  private async maven(...options: string[]): Promise<{ exitCode: number | string; output: string }> {
    const args = ['--batch-mode', '--quiet', ...options, '--activate-profiles', this.profile, 'process-classes'];
    const child = new Child('maven', 'mvn', args, { cwd: this.folder });
    return { exitCode: await child.exit(BUILD_DEADLINE_MS), output: child.output };
  }
}

/** When the project's description or one of its sources was changed last, in milliseconds since 1970. */
function newestChange(folder: string): number {
  const sources = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, 'src', name));
  return Math.max(...[join(folder, 'pom.xml'), ...sources].map((path) => statSync(path).mtimeMs));
}
