import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/deadline.ts';
import { type FeatureBackend, type FeatureStage, featureTest, type Seen, type StageCluster } from '../../support/feature-stage.ts';

const OFTEN = { service_name: 'shop', timeout: '100ms', interval: '10ms', initial_delay_seconds: '1ms' };

function checked(backends: readonly FeatureBackend[], health_check: object): { clusters: Record<string, StageCluster> } {
  return { clusters: { backends: { backends, health_check: { ...OFTEN, ...health_check } } } };
}

/** The addresses that get requests. */
function healthy(stage: FeatureStage): readonly string[] {
  const [cluster] = stage.proxy.clusters;
  return cluster!.hosts.filter((host) => host.healthy).map(({ address }) => address);
}

async function untilHealthy(stage: FeatureStage, ...backends: readonly FeatureBackend[]): Promise<void> {
  const wanted = backends.map(({ address }) => address).sort();
  await until(
    () => healthy(stage).toSorted().join() === wanted.join(),
    () => `${wanted} healthy, not ${healthy(stage)}`,
  );
}

/** The bodies of so many answers, each of them good. */
async function bodies(stage: FeatureStage, count: number): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let call = 0; call < count; call++) {
    const { outcome, body } = await stage.call();
    assert.equal(outcome, 'ok');
    found.add(body);
  }
  return found;
}

featureTest('a host that takes no connections gets no requests, and gets them again when it does', async (stage) => {
  const [a, b] = [await stage.backend('a'), await stage.backend('b')];
  await stage.start(checked([a, b], {}));
  assert.deepEqual(await bodies(stage, 4), new Set(['a', 'b']));
  await a.stop();
  await untilHealthy(stage, b);
  assert.deepEqual(await bodies(stage, 4), new Set(['b']));
  await a.restart();
  await untilHealthy(stage, a, b);
  assert.deepEqual(await bodies(stage, 4), new Set(['a', 'b']));
});

featureTest(
  'a host whose answers have a bad status gets no requests, and is asked as the configuration says',
  async (stage) => {
    let sick = false;
    const questions: Seen[] = [];
    const a = await stage.backend('a', (seen) => {
      if (seen.path !== '/health?deep') return { body: 'a' };
      questions.push(seen);
      return { status: sick ? 503 : 204 };
    });
    const b = await stage.backend('b', () => ({ status: 204, body: '' }));
    const http_check_config = {
      method: 'HEAD',
      path: '/health?deep',
      domain: 'shop.example',
      headers: { 'x-check': 'yes' },
      codes: [{ Start: 200, End: 299 }],
    };
    await stage.start(checked([a, b], { protocol: stage.protocolName, check_config: { http_check_config } }));
    await until(() => questions.length > 1, 'two checks');
    assert.deepEqual([questions[0]!.method, questions[0]!.authority, questions[0]!.fields['x-check']], ['HEAD', 'shop.example', 'yes']);
    sick = true;
    await untilHealthy(stage, b);
    sick = false;
    await untilHealthy(stage, a, b);
  },
  ['http1', 'http2'],
);

featureTest(
  'a provider is asked by a call of a method, and by a heartbeat where it could never carry the request',
  async (stage) => {
    const questions: Seen[] = [];
    const a = await stage.backend('a', (seen) => {
      questions.push(seen);
      return { body: 'a' };
    });
    const clusters = (method: string) =>
      checked([a], { protocol: 'Dubbo', check_config: { http_check_config: { method, path: '/org.shop.Health/ping' } } });
    await stage.start(clusters('POST'));
    await until(() => questions.length > 1, 'two checks');
    assert.deepEqual([questions[0]!.path, questions[0]!.method], ['org.shop.Health', '$invoke']);
    assert.deepEqual(healthy(stage), [a.address]);
    await stage.reconfigure(clusters('GET'));
    const asked = questions.length;
    const [cluster] = stage.proxy.clusters;
    await until(() => cluster!.healthChecker!.counts.success > 2, 'three signs of life');
    assert.equal(questions.length, asked);
    assert.deepEqual(healthy(stage), [a.address]);
  },
  ['dubbo'],
);

featureTest('an unhealthy host may be checked more often than the others', async (stage) => {
  const a = await stage.backend('a');
  await a.stop();
  await stage.start(checked([a], { interval: '1h', unhealthy_interval: '10ms' }));
  await until(() => healthy(stage).length === 0, 'unhealthy');
  await a.restart();
  await untilHealthy(stage, a);
});

featureTest('thresholds say how many checks in a row it takes', async (stage) => {
  const events: string[] = [];
  const a = await stage.backend('a');
  const folder = mkdtempSync(join(tmpdir(), 'health-'));
  const path = join(folder, 'events.log');
  try {
    await stage.start(checked([a], { healthy_threshold: 2, unhealthy_threshold: 3, event_log_path: path }));
    const read = (): readonly string[] => {
      events.splice(0, events.length, ...readFileSync(path, 'utf8').trimEnd().split('\n'));
      return events.map((line) => line.replace(/^time:\d+,host:127\.0\.0\.1:\d+,/, ''));
    };
    const changed = () => read().findIndex((line) => line.endsWith('status_changed:1'));
    await a.stop();
    await until(() => healthy(stage).length === 0, 'unhealthy');
    await until(() => changed() >= 0, 'a line in the event log');
    const failed = read().slice(changed() - 2, changed() + 1);
    assert.deepEqual(failed, [
      'health_status:1,current_result:0,status_changed:0',
      'health_status:1,current_result:0,status_changed:0',
      'health_status:0,current_result:0,status_changed:1',
    ]);
    await a.restart();
    await untilHealthy(stage, a);
    await until(() => read().some((line) => line === 'health_status:1,current_result:1,status_changed:1'), 'another line');
    const back = read().indexOf('health_status:1,current_result:1,status_changed:1');
    assert.equal(read()[back - 1], 'health_status:0,current_result:1,status_changed:0');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

featureTest(
  'a host that accepts and then says nothing fails the check for signs of life',
  async (stage) => {
    const good = await stage.backend('good');
    const sockets: Socket[] = [];
    const frozen = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((listening) => frozen.listen(0, '127.0.0.1', listening));
    const address = frozen.address();
    assert.ok(typeof address === 'object' && address !== null);
    try {
      const hosts = [{ address: good.address }, { address: `127.0.0.1:${address.port}` }];
      const health_check = { ...OFTEN, protocol: stage.protocolName, unhealthy_threshold: 2 };
      await stage.start({ clusters: { backends: { hosts, health_check } } });
      await untilHealthy(stage, good);
      assert.ok(sockets.length >= 2);
      assert.deepEqual(await bodies(stage, 4), new Set(['good']));
    } finally {
      for (const socket of sockets) socket.destroy();
      frozen.close();
    }
  },
  ['http2', 'dubbo'],
);

featureTest('hosts of any protocol may be checked by requests to another port', async (stage) => {
  const a = await stage.backend('a');
  let status = 200;
  const side = await stage.backend('side', () => ({ status }), 'http1');
  const http_check_config = { path: '/', port: side.port };
  await stage.start(checked([a], { protocol: 'Http1', check_config: { http_check_config } }));
  await until(() => side.seen.length > 0, 'a check');
  assert.deepEqual(await bodies(stage, 1), new Set(['a']));
  status = 500;
  await until(() => healthy(stage).length === 0, 'unhealthy');
  const { outcome } = await stage.call();
  assert.equal(outcome, stage.told('unavailable'));
});

featureTest('a host that fails the checks gets no requests either when the configuration of its cluster changes', async (stage) => {
  const [a, b] = [await stage.backend('a'), await stage.backend('b')];
  const health_check = { ...OFTEN, protocol: stage.protocolName };
  const clusters = (more: object) => ({ clusters: { backends: { backends: [a, b], health_check, ...more } } });
  await stage.start(clusters({}));
  await a.stop();
  await untilHealthy(stage, b);
  const [before] = stage.proxy.clusters;
  await stage.reconfigure(clusters({ health_check: { ...health_check, initial_delay_seconds: '10s' }, idle_timeout: '1s' }));
  const [after] = stage.proxy.clusters;
  assert.notEqual(after, before);
  assert.deepEqual(healthy(stage), [b.address]);
  assert.deepEqual(await bodies(stage, 4), new Set(['b']));
});

/** `HealthCheckResponse { status }`. */
const servingStatus = (status: number) => Buffer.from([0, 0, 0, 0, 2, 0x08, status]);

featureTest(
  'a host is asked by the health checking protocol of gRPC',
  async (stage) => {
    let status = 1;
    const asked: string[] = [];
    const a = await stage.backend('a', ({ path, body }) => {
      if (path !== '/grpc.health.v1.Health/Check') return { body: 'a' };
      asked.push(body.slice(7));
      return { fields: { 'content-type': 'application/grpc', 'grpc-status': '0' }, body: servingStatus(status) };
    });
    const grpc_check_config = { service_name: 'my.Shop' };
    await stage.start(checked([a], { protocol: 'Http2', check_config: { grpc_check_config } }));
    await until(() => asked.length > 0, 'a check');
    assert.equal(asked[0], 'my.Shop');
    assert.deepEqual(healthy(stage), [a.address]);
    status = 2;
    await until(() => healthy(stage).length === 0, 'unhealthy');
    status = 1;
    await untilHealthy(stage, a);
  },
  ['http2'],
);
