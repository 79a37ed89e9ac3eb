/**
 * `npm run sample:dubbo -- [--dubbo 2.7.3|2.7|3.3] [--calls 10] [--one-process]`
 *
 * Builds the Java provider and consumer with that version of Dubbo, starts the provider, the two proxies and the consumer, and shows what
 * each of them says.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Child } from '../../test/support/child.ts';
import { until } from '../../test/support/deadline.ts';
import { DUBBO_VERSIONS, type DubboProfile, JavaProject } from '../../test/support/java-project.ts';
import { meshloomCommand } from '../../test/support/meshloom.ts';
import { untilListening } from '../../test/support/ports.ts';
import { repository } from '../../test/support/shared-files.ts';

const CLIENT_SIDE = 2045;
const SERVER_SIDE = 2046;
/** A Java program takes its time to start on a busy machine. */
const START_MS = 60_000;

const folder = join(repository, 'examples/dubbo-sample');
const started: Child[] = [];

/** Repeats what the process says, with its name before each line. */
function show(child: Child, name: string): Child {
  started.push(child);
  for (const stream of [child.process.stdout, child.process.stderr]) {
    let rest = '';
    stream?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) console.log(`${name.padEnd(11)} | ${line}`);
    });
  }
  return child;
}

async function proxy(name: string, file: string, ports: readonly number[]): Promise<void> {
  const child = show(meshloomCommand(['start', '-c', join(folder, file)]), name);
  await child.start(Promise.all(ports.map((port) => untilListening(port, name))).then(() => undefined));
}

const { values } = parseArgs({
  options: { dubbo: { type: 'string', default: '3.3' }, calls: { type: 'string', default: '10' }, 'one-process': { type: 'boolean' } },
});
const profile = `dubbo-${values.dubbo}`;
if (!Object.hasOwn(DUBBO_VERSIONS, profile)) throw new Error(`no profile ${profile}: there are ${Object.keys(DUBBO_VERSIONS).join(', ')}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

console.log('building with Maven ...');
const project = await new JavaProject(join(folder, 'java'), profile as DubboProfile).build();

const provider = show(project.start('provider', 'org.meshloom.sample.Provider', []), 'provider');
await provider.start(until(() => provider.output.includes('listens on port'), 'the provider to listen', START_MS));
if (values['one-process']) {
  await proxy('both sides', 'config.json', [SERVER_SIDE, CLIENT_SIDE]);
} else {
  await proxy('server side', 'server_config.json', [SERVER_SIDE]);
  await proxy('client side', 'client_config.json', [CLIENT_SIDE]);
}
const url = `dubbo://127.0.0.1:${CLIENT_SIDE}`;
const consumer = show(project.start('consumer', 'org.meshloom.sample.Consumer', [url, values.calls]), 'consumer');
const exitCode = await consumer.exit(START_MS + Number(values.calls) * 1_000);

// The consumer is gone, so that the proxies have nothing to finish; the provider ends last.
for (const child of started.reverse()) if (child.running) await child.stop();
process.exit(exitCode === 0 ? 0 : 1);
