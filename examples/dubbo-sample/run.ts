/**
 * `npm run sample:dubbo -- [--dubbo 2.7.3|2.7|3.3] [--calls 10] [--one-process]`
 *
 * Builds the Java provider and consumer with that version of Dubbo, starts the provider, the two proxies and the consumer, and shows what
 * each of them says.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dubboProfile, JavaProject } from '../../test/support/java-project.ts';
import { repository } from '../../test/support/shared-files.ts';
import { START_MS, Stage } from '../stage.ts';

const CLIENT_SIDE = 2045;
const SERVER_SIDE = 2046;
const folder = join(repository, 'examples/dubbo-sample');

const { values } = parseArgs({
  options: { dubbo: { type: 'string', default: '3.3' }, calls: { type: 'string', default: '10' }, 'one-process': { type: 'boolean' } },
});

console.log('building with Maven ...');
const project = await new JavaProject(join(folder, 'java'), dubboProfile(values.dubbo)).build();

const stage = new Stage();
await stage.untilSays('provider', project.start('provider', 'org.meshloom.sample.Provider', []), 'listens on port');
if (values['one-process']) {
  await stage.proxy('both sides', join(folder, 'config.json'), [SERVER_SIDE, CLIENT_SIDE]);
} else {
  await stage.proxy('server side', join(folder, 'server_config.json'), [SERVER_SIDE]);
  await stage.proxy('client side', join(folder, 'client_config.json'), [CLIENT_SIDE]);
}
const url = `dubbo://127.0.0.1:${CLIENT_SIDE}`;
const consumer = stage.show('consumer', project.start('consumer', 'org.meshloom.sample.Consumer', [url, values.calls]));
const exitCode = await consumer.exit(START_MS + Number(values.calls) * 1_000);
await stage.clear();
process.exit(exitCode === 0 ? 0 : 1);
