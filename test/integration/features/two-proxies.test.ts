/** MOSN's scenarios: a client, two proxies in a row, and a server, in every protocol. */
import assert from 'node:assert/strict';
import { CertificateAuthority } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { until } from '../../support/deadline.ts';
import { type Answering, FeatureStage, featureTest, HTTP, type StageConfiguration } from '../../support/feature-stage.ts';

const echo: Answering = ({ body, fields }) => ({ body: `${fields['caller']}: ${body}` });

interface Between {
  /** What the first proxy's cluster has besides its host, which is the second proxy. */
  readonly cluster?: object;
  readonly route?: object;
  /** What the first proxy has in place of the network filter `proxy`. */
  readonly networkFilters?: readonly object[];
  /** What the second proxy has besides its cluster of backends. */
  readonly second?: StageConfiguration;
}

/** Starts the second proxy, with a server behind it, and the first one before it. */
async function inARow(stage: FeatureStage, body: (second: FeatureStage) => Promise<void>, between: Between = {}): Promise<void> {
  const second = new FeatureStage(stage.protocol);
  try {
    await second.backend('server', echo);
    await second.start(between.second);
    await stage.start({
      routes: [{ match: {}, route: { cluster_name: 'second', ...between.route } }],
      ...(between.networkFilters === undefined ? {} : { networkFilters: between.networkFilters }),
      clusters: { second: { backends: [{ address: `127.0.0.1:${second.port}` }], ...between.cluster } },
    });
    await body(second);
  } finally {
    await second.close();
  }
}

/** Calls at once, each of which must get its own answer. */
async function callMany(stage: FeatureStage, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const answers = await Promise.all(
    numbers.map((number) => stage.call({ fields: { caller: `${number}` }, body: 'x'.repeat(number * 100) })),
  );
  assert.deepEqual(
    answers.map(({ body }) => body),
    numbers.map((number) => `${number}: ${'x'.repeat(number * 100)}`),
  );
}

featureTest('calls pass two proxies, and each gets its own answer', async (stage) => {
  await inARow(stage, async (second) => {
    await callMany(stage, 50);
    assert.equal(second.backends[0]!.seen.length, 50);
  });
});

featureTest('two proxies speak TLS with each other, and each wants a certificate of the other', async (stage) => {
  const authority = new CertificateAuthority(temporaryFolder('two-proxies'));
  const contextOf = (name: string) => {
    const { certificate, key } = authority.issue(name);
    return { status: true, ca_cert: authority.file, cert_chain: certificate, private_key: key };
  };
  const tls_context = { ...contextOf('second'), verify_client: true, require_client_cert: true };
  const between = { cluster: { tls_context: contextOf('first') }, second: { chain: { tls_context } } };
  await inARow(
    stage,
    async (second) => {
      await callMany(stage, 10);
      await assert.rejects(async () => (await second.client()).call(), 'nobody comes to the second proxy without a certificate');
    },
    between,
  );
});

featureTest(
  'two proxies speak another version of HTTP with each other than the client and the server',
  async (stage) => {
    const spoken = stage.protocol === 'http1' ? 'Http2' : 'Http1';
    const between = { route: { upstream_protocol: spoken }, second: { proxy: { downstream_protocol: spoken } } };
    await inARow(stage, () => callMany(stage, 20), between);
  },
  HTTP,
);

featureTest('a proxy finds out what another one speaks', async (stage) => {
  await inARow(stage, () => callMany(stage, 20), { second: { proxy: { downstream_protocol: 'Auto', upstream_protocol: 'Auto' } } });
});

featureTest('two proxies carry bytes that neither looks into', async (stage) => {
  const carrying = (cluster: string) => [{ type: 'tcp_proxy', config: { cluster } }];
  await inARow(stage, () => callMany(stage, 20), {
    networkFilters: carrying('second'),
    second: { networkFilters: carrying('backends') },
  });
});

featureTest('bodies longer than what is read and written at once pass both proxies, both ways', async (stage) => {
  await inARow(stage, async () => {
    const body = 'all work and no play '.repeat(50_000);
    const answers = await Promise.all([1, 2, 3].map((number) => stage.call({ fields: { caller: `${number}` }, body })));
    for (const [at, answer] of answers.entries()) assert.ok(answer.body === `${at + 1}: ${body}`);
  });
});

featureTest('what fails behind both proxies is told, nothing is sent twice, and calls go on when the server is back', async (stage) => {
  await inARow(stage, async (second) => {
    const server = second.backends[0]!;
    const outcome = async () => (await stage.call({ body: 'not twice' })).outcome;
    server.answer = () => ({ status: 500 });
    assert.equal(await outcome(), stage.told('failed'));
    server.answer = () => 'reset';
    assert.equal(await outcome(), stage.told('failed'));
    assert.equal(server.seen.length, 2);
    await server.stop();
    assert.equal(await outcome(), stage.told('failed'));
    await server.restart();
    server.answer = echo;
    await until(async () => (await outcome()) === 'ok', 'the server that is back');
  });
});

featureTest('a call that is under way when the second proxy stops is answered, and the next one told', async (stage) => {
  await inARow(stage, async (second) => {
    const server = second.backends[0]!;
    let answer = (): void => {};
    const allowed = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.answer = async () => {
      await allowed;
      return { body: 'late' };
    };
    const called = stage.call({ body: 'x' });
    await until(() => server.seen.length === 1, 'the call');
    const stopped = second.proxy.stop(10_000);
    answer();
    assert.equal((await called).body, 'late');
    await stopped;
    assert.equal((await stage.call()).outcome, stage.told('failed'));
  });
});

featureTest('a second proxy that stops in good order costs no call, when there is another', async (stage) => {
  const [one, other] = [new FeatureStage(stage.protocol), new FeatureStage(stage.protocol)];
  try {
    for (const each of [one, other]) {
      await each.backend('server', echo);
      await each.start();
    }
    await stage.start({ clusters: { backends: { backends: [one, other].map(({ port }) => ({ address: `127.0.0.1:${port}` })) } } });
    await callMany(stage, 10);
    const stopped = one.proxy.stop(5_000);
    for (let round = 0; round < 5; round++) await callMany(stage, 10);
    await stopped;
    await callMany(stage, 10);
    assert.equal(one.backends[0]!.seen.length + other.backends[0]!.seen.length, 70);
  } finally {
    await one.close();
    await other.close();
  }
});
