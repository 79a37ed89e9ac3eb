/** The HTTP sample in all its shapes, on the ports that its files name: MOSN's files as they are, and ours. */
import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Child } from '../support/child.ts';
import { curl } from '../support/curl.ts';
import { until } from '../support/deadline.ts';
import { meshloomCommand } from '../support/meshloom.ts';
import { untilListening } from '../support/ports.ts';
import { startSample, takeSamplePorts, untilFree } from '../support/sample-ports.ts';
import { mosnConfigurations, repository, withoutMosnConfigurations } from '../support/shared-files.ts';
import { requireTool } from '../support/tools.ts';

const PORTS = [2045, 2046, 8080, 34901, 34902];
const skip = requireTool('curl');

let release: () => void;
before(async () => {
  release = await takeSamplePorts(PORTS);
});
after(() => release());

describe('The HTTP sample', { skip }, () => {
  let application: Child;

  before(async () => {
    const program = join(repository, 'dist/examples/http-sample/server.js');
    application = await new Child('application', process.execPath, [program]).start(untilListening(8080, 'application'));
  });
  after(() => application.stop());

  async function answersThroughBothHops(): Promise<void> {
    const { text, status } = await curl('-H', 'X-Sample: yes', '-d', 'some text', '127.0.0.1:2045/path?query');
    assert.equal(status, 200);
    assert.match(text, /^Method: POST$/m);
    assert.match(text, /^Target: \/path\?query$/m);
    assert.match(text, /^Body: 9 bytes$/m);
    assert.match(text, /^X-Sample: yes$/m);
    assert.match(text, /^Host: 127\.0\.0\.1:2045$/m);
  }

  /** MOSN's numbers: 6 is "running". */
  async function adminAnswers(port: number): Promise<void> {
    const help = await curl(`127.0.0.1:${port}/`);
    assert.equal(help.status, 200);
    assert.match(help.text, /\/api\/v1\/config_dump/);
    assert.match((await curl(`127.0.0.1:${port}/api/v1/states`)).text, /^pid=\d+&state=6\n?$/);
    assert.match((await curl(`127.0.0.1:${port}/api/v1/version`)).text, /version/i);
    assert.ok(JSON.parse((await curl(`127.0.0.1:${port}/api/v1/config_dump`)).text));
  }

  for (const [whose, folder, prefix, missing] of [
    ['MOSN’s files', mosnConfigurations, 'examples__codes__http-sample__', withoutMosnConfigurations],
    ['our files', join(repository, 'examples/http-sample'), '', false],
  ] as const) {
    test(`${whose}, two processes`, { skip: missing }, async () => {
      const server = await startSample(join(folder, `${prefix}server_config.json`), [2046, 34902]);
      const client = await startSample(join(folder, `${prefix}client_config.json`), [2045, 34901]);
      await answersThroughBothHops();
      await adminAnswers(34901);
      await adminAnswers(34902);
      assert.equal(await client.stop(), 0);
      assert.equal(await server.stop(), 0);
    });
  }

  test('our file with both listeners in one process', async () => {
    const both = await startSample(join(repository, 'examples/http-sample/config.json'), [2045, 2046, 34901]);
    await answersThroughBothHops();
    await adminAnswers(34901);
    assert.equal(await both.stop(), 0);
  });

  test('MOSN’s first configuration answers by itself, through three listeners', { skip: withoutMosnConfigurations }, async () => {
    const all = await startSample(join(mosnConfigurations, 'configs__mosn_config.json'), [2045, 2046, 2047, 34901]);
    const { status, text } = await curl('127.0.0.1:2045/');
    assert.equal(status, 200);
    assert.match(text, /^Welcome to MOSN!/);
    assert.equal(await all.stop(), 0);
  });

  test('MOSN’s TCP sample hands bytes to the application', { skip: withoutMosnConfigurations }, async () => {
    const relay = await startSample(join(mosnConfigurations, 'examples__codes__tcpproxy-sample__config.json'), [2045]);
    assert.match((await curl('127.0.0.1:2045/tcp')).text, /^Target: \/tcp$/m);
    assert.equal(await relay.stop(), 0);
  });
});

describe('npm start without a file', { skip }, () => {
  before(() => untilFree(PORTS));

  test('runs both proxies and an application, and says which commands to try', async () => {
    const sample = meshloomCommand(['start']);
    await sample.start(Promise.all([2045, 2046, 8080, 34901].map((port) => untilListening(port, 'the sample'))).then(() => undefined));
    await until(() => sample.output.includes('Ctrl-C'), 'hints');
    const commands = [...sample.output.matchAll(/^ {2}curl (.*)$/gm)].map(([, words = '']) =>
      words.match(/'[^']*'|\S+/g)!.map((word) => word.replaceAll("'", '')),
    );
    assert.ok(commands.length >= 4, sample.output);
    for (const words of commands) assert.equal((await curl(...words)).status, 200, words.join(' '));
    assert.match((await curl('127.0.0.1:2045/')).text, /^Method: GET$/m);
    assert.equal(await sample.stop('SIGINT'), 0);
  });

  test('says in one line which port another program has', async () => {
    const first = meshloomCommand(['start']);
    await first.start(untilListening(34901, 'the sample'));
    const second = meshloomCommand(['start']);
    assert.equal(await second.exit(), 1);
    assert.equal(second.output, 'meshloom: cannot listen on 127.0.0.1:8080: another program has it already\n');
    assert.equal(await first.stop(), 0);
  });
});
