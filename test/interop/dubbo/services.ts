/** The provider and the consumer of `java/`, started from a test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Child } from '../../support/child.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { until } from '../../support/deadline.ts';
import { type DubboProfile, JavaProject } from '../../support/java-project.ts';
import { freePort } from '../../support/ports.ts';
import { repository } from '../../support/shared-files.ts';

/** `tri`: Triple, whose messages are in a serialization of its own. */
export type Serialization = 'hessian2' | 'fastjson2' | 'tri';

/** A JVM on a machine where other tests run, too. */
const START_MS = 60_000;
/** A run of all cases takes some seconds for each target. */
const RUN_MS = 400_000;

export function interopProject(profile: DubboProfile): Promise<JavaProject> {
  return new JavaProject(join(repository, 'test/interop/dubbo/java'), profile).build();
}

export interface ProviderOptions {
  readonly name?: string;
  readonly port?: number;
  /** After how many milliseconds of silence it asks for a sign of life; after three times as many it closes. */
  readonly heartbeat?: number;
  /** The same services, and streams, by Triple instead of Dubbo's own protocol. */
  readonly triple?: boolean;
}

export class Provider {
  readonly child: Child;
  readonly port: number;

  private constructor(child: Child, port: number) {
    this.child = child;
    this.port = port;
  }

  static async start(
    project: JavaProject,
    { name = 'provider', port, heartbeat = 60_000, triple = false }: ProviderOptions = {},
  ): Promise<Provider> {
    port ??= await freePort();
    const args = ['--port', String(port), '--name', name, '--heartbeat', String(heartbeat)];
    const child = project.start(`${name} (${project.profile})`, `org.meshloom.interop.provider.${triple ? 'Stream' : ''}Provider`, args);
    await child.start(until(() => /^ready$/m.test(child.output), 'a provider', START_MS));
    return new Provider(child, port);
  }
}

/** Whom the consumer runs its cases against. */
export interface Target {
  readonly name: string;
  readonly port: number;
  readonly serialization: Serialization;
  /** Whether it must bear 64 threads, too. */
  readonly manyThreads?: boolean;
}

/** What a case came to. */
export interface CaseResult {
  readonly target: string;
  readonly case: string;
  readonly ok: boolean;
  /** What went wrong; of a case that went well, what a proxy must not change. */
  readonly detail: string;
  readonly milliseconds: number;
}

export interface ConsumerOptions {
  /** The cases to run; without it, all. */
  readonly cases?: readonly string[];
  /** After the cases, leave the connections alone for so many milliseconds, and use them again. */
  readonly idle?: number;
  readonly heartbeat?: number;
}

/** Runs the cases against each target, in one JVM, one after the other. */
export async function runConsumer(project: JavaProject, targets: readonly Target[], options: ConsumerOptions = {}): Promise<CaseResult[]> {
  const args = targets.flatMap(({ name, port, serialization }) => ['--target', `${name}=127.0.0.1:${port}/${serialization}`]);
  for (const { name, manyThreads } of targets) if (manyThreads) args.push('--many-threads', name);
  for (const name of options.cases ?? []) args.push('--case', name);
  if (options.idle !== undefined) args.push('--idle', String(options.idle));
  if (options.heartbeat !== undefined) args.push('--heartbeat', String(options.heartbeat));
  const triple = targets.some(({ serialization }) => serialization === 'tri');
  return resultsOf(startConsumer(project, args, triple ? 'StreamConsumer' : 'Consumer'));
}

function startConsumer(project: JavaProject, args: readonly string[], program = 'Consumer'): Child {
  return project.start(`consumer (${project.profile})`, `org.meshloom.interop.consumer.${program}`, args);
}

async function resultsOf(consumer: Child): Promise<CaseResult[]> {
  const exitCode = await consumer.exit(RUN_MS);
  if (exitCode !== 0) throw new Error(`${consumer.name} ended with ${exitCode}:\n${consumer.output}`);
  return consumer.output
    .split('\n')
    .filter((line) => line.startsWith('{"target":'))
    .map((line) => JSON.parse(line) as CaseResult);
}

/** A consumer whose threads call without pause. */
export class Traffic {
  private readonly consumer: Child;
  private readonly stopFile: string;

  private constructor(consumer: Child, stopFile: string) {
    this.consumer = consumer;
    this.stopFile = stopFile;
  }

  static async start(project: JavaProject, port: number, serialization: Serialization): Promise<Traffic> {
    const stopFile = join(temporaryFolder('traffic'), 'stop');
    const args = ['--target', `traffic=127.0.0.1:${port}/${serialization}`, '--traffic-until', stopFile];
    const consumer = startConsumer(project, args);
    await consumer.start(until(() => consumer.output.includes('"traffic begins"'), 'traffic', START_MS));
    return new Traffic(consumer, stopFile);
  }

  /** The failures so far. */
  get failures(): number {
    return this.consumer.output.split('"case":"failure"').length - 1;
  }

  /** Lets the threads finish their calls, and resolves with each call that failed and how many there were. */
  async stop(): Promise<{ failures: CaseResult[]; calls: number }> {
    writeFileSync(this.stopFile, '');
    const results = await resultsOf(this.consumer);
    const [, calls] = /of (\d+) calls/.exec(results.at(-1)?.detail ?? '') ?? [];
    return { failures: results.filter((result) => result.case === 'failure'), calls: Number(calls) };
  }
}
