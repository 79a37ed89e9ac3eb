/** The Dubbo samples on the ports that their files name: by their commands, and with MOSN's files as they are. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Child } from '../support/child.ts';
import { until } from '../support/deadline.ts';
import { JavaProject } from '../support/java-project.ts';
import { startSample, takeSamplePorts, untilFree } from '../support/sample-ports.ts';
import { mosnConfigurations, repository, withoutMosnConfigurations } from '../support/shared-files.ts';
import { requireTool } from '../support/tools.ts';

const PORTS = [2045, 2046, 2181, 20880, 34901, 34902];
const skip = requireTool('java', 'mvn');
const folder = join(repository, 'examples/dubbo-sample');
/** Two Java programs on a busy machine. */
const RUN_MS = 120_000;

describe('The Dubbo samples', { skip }, () => {
  let release: () => void;

  before(async () => {
    for (const profile of ['dubbo-2.7.3', 'dubbo-3.3'] as const) await new JavaProject(join(folder, 'java'), profile).build();
    await new JavaProject(join(repository, 'examples/dubbo-zookeeper/java'), 'dubbo-3.3').build();
    release = await takeSamplePorts(PORTS);
  });
  after(() => release());

  test('one command builds and runs all of it, and shows the calls on their way', async () => {
    await untilFree(PORTS);
    const command = new Child('sample', process.execPath, [join(repository, 'dist/examples/dubbo-sample/run.js'), '--calls', '3']);
    assert.equal(await command.exit(RUN_MS), 0, command.output);
    for (let visit = 1; visit <= 3; visit++)
      assert.match(command.output, new RegExp(`^consumer +\\| Hello, Ada, this is visit ${visit}$`, 'm'));
    assert.equal(command.output.match(/^provider +\| Ada calls from /gm)?.length, 3);
    for (const side of ['client side', 'server side']) {
      assert.equal(command.output.match(new RegExp(`^${side} \\| .*GreetingService greet, status 200`, 'gm'))?.length, 3, command.output);
    }
  });

  test('MOSN’s files carry the calls of the Dubbo version that its sample has', { skip: withoutMosnConfigurations }, async () => {
    const project = new JavaProject(join(folder, 'java'), 'dubbo-2.7.3');
    const provider = project.start('provider', 'org.meshloom.sample.Provider', []);
    await provider.start(until(() => provider.output.includes('listens on port'), 'provider', RUN_MS));
    const server = await startSample(join(mosnConfigurations, 'examples__codes__dubbo__server_config.json'), [2046]);
    const client = await startSample(join(mosnConfigurations, 'examples__codes__dubbo__client_config.json'), [2045]);
    const consumer = project.start('consumer', 'org.meshloom.sample.Consumer', ['dubbo://127.0.0.1:2045', '3', '1']);
    assert.equal(await consumer.exit(RUN_MS), 0, consumer.output);
    assert.equal(provider.output.match(/^Ada calls from /gm)?.length, 3, provider.output);
    assert.match(consumer.output, /^Hello, Ada, this is visit 3$/m);
    assert.equal(await client.stop(), 0);
    assert.equal(await server.stop(), 0);
    await provider.stop();
  });

  test('services that meet in ZooKeeper call each other through Meshloom, by what is registered and by a url', async () => {
    await untilFree(PORTS);
    const command = new Child('sample', process.execPath, [join(repository, 'dist/examples/dubbo-zookeeper/run.js')]);
    assert.equal(await command.exit(RUN_MS), 0, command.output);
    const [, registered = '', told = ''] = command.output.split(/^The consumer .*:$/m);
    for (const part of [registered, told])
      assert.equal(part.match(/^consumer +\| (pencil: 120|rubber: 7) pieces$/gm)?.length, 5, command.output);
    const calls = (part: string, port: number): number | undefined =>
      part.match(new RegExp(`^meshloom .* ${port} -> .*StockService count, status 200`, 'gm'))?.length;
    assert.equal(calls(registered, 2046), 5);
    assert.equal(calls(registered, 2045), undefined);
    assert.equal(calls(told, 2046), 5);
    assert.equal(calls(told, 2045), 5);
  });
});
