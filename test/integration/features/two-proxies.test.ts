/** MOSN's scenarios: a client, two proxies in a row, and a server, in every protocol. */
import assert from 'node:assert/strict';
import { CertificateAuthority } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { type Answering, FeatureStage, featureTest, HTTP, type StageConfiguration } from '../../support/feature-stage.ts';

const echo: Answering = ({ body, fields }) => ({ body: `${fields['caller']}: ${body}` });

interface Between {
  /** What the first proxy's cluster has besides its host, which is the second proxy. */
  readonly cluster?: object;
  readonly route?: object;
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

featureTest('a server that is gone is told through both proxies', async (stage) => {
  await inARow(stage, async (second) => {
    await callMany(stage, 1);
    await second.backends[0]!.stop();
    const { outcome } = await stage.call();
    assert.equal(outcome, stage.told('failed'));
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
