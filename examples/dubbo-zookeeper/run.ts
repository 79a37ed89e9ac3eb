/**
 * `npm run sample:zookeeper -- [--dubbo 2.7|3.3]`
 *
 * Starts ZooKeeper, Meshloom, a Java provider that registers Meshloom's address in place of its own, and two consumers: one that goes where
 * ZooKeeper sends it, and one that is told to call by the proxy beside it. Shows what each of them says.
 */
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { temporaryFolder } from '../../test/support/configuration.ts';
import { dubboProfile, JavaProject } from '../../test/support/java-project.ts';
import { untilListening } from '../../test/support/ports.ts';
import { repository } from '../../test/support/shared-files.ts';
import { START_MS, Stage } from '../stage.ts';

const ZOOKEEPER = 2181;
const CLIENT_SIDE = 2045;
const SERVER_SIDE = 2046;
const folder = join(repository, 'examples/dubbo-zookeeper');

/** Dubbo registers no loopback address. */
function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const found = addresses.find(({ internal, family }) => !internal && family === 'IPv4');
  if (found === undefined) throw new Error('this machine has no IPv4 address but 127.0.0.1, which Dubbo does not register');
  return found.address;
}

const { values } = parseArgs({ options: { dubbo: { type: 'string', default: '3.3' } } });

console.log('building with Maven ...');
const project = await new JavaProject(join(folder, 'java'), dubboProfile(values.dubbo)).build();

const stage = new Stage();
const server = 'org.apache.zookeeper.server.ZooKeeperServerMain';
const data = temporaryFolder('zookeeper');
const zookeeper = project.start('zookeeper', server, [String(ZOOKEEPER), data], { jvm: ['-Dzookeeper.admin.enableServer=false'] });
await stage.show('zookeeper', zookeeper).start(untilListening(ZOOKEEPER, 'zookeeper', START_MS));

// Dubbo 2.7 would listen on the port that it is told to register.
const registersOther = project.profile === 'dubbo-3.3';
const env = registersOther ? { DUBBO_IP_TO_REGISTRY: ownAddress(), DUBBO_PORT_TO_REGISTRY: String(SERVER_SIDE) } : {};
const provider = project.start('provider', 'org.meshloom.sample.zookeeper.Provider', [], { env });
await stage.untilSays('provider', provider, 'listens on port');
await stage.proxy('meshloom', join(folder, 'config.json'), [SERVER_SIDE, CLIENT_SIDE]);

async function consume(how: string, jvm: readonly string[] = []): Promise<void> {
  console.log(`\n${how}:`);
  const consumer = project.start('consumer', 'org.meshloom.sample.zookeeper.Consumer', [], { jvm });
  const exitCode = await stage.show('consumer', consumer).exit(START_MS);
  if (exitCode !== 0) throw new Error(`the consumer ended with ${exitCode}`);
}

if (registersOther) await consume('The consumer asks ZooKeeper, which knows the server side');
const url = `-Dorg.meshloom.sample.zookeeper.StockService=dubbo://127.0.0.1:${CLIENT_SIDE}`;
await consume('The consumer is told to call by the client side', [url]);
await stage.clear();
process.exit(0);
