import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';

async function start(stage: FeatureStage, original_dst_lb_config: object, listener: object = {}): Promise<void> {
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'anywhere' } }],
    clusters: { anywhere: { type: 'ORIGINAL_DST', original_dst_lb_config } },
    listener,
  });
}

featureTest('a header says where a call is to go', async (stage) => {
  const [one, two] = [await stage.backend('one'), await stage.backend('two')];
  await start(stage, { use_header: true, header_name: 'Go-To' });
  for (const backend of [one, two, one]) assert.equal((await stage.call({ fields: { 'go-to': backend.address } })).body, backend.name);
  const [cluster] = stage.proxy.clusters;
  assert.deepEqual(cluster!.hosts.map(({ address }) => address).sort(), [one.address, two.address].sort());
});

featureTest('the port alone may count', async (stage) => {
  const backend = await stage.backend('here');
  await start(stage, { use_header: true, header_name: 'go-to', replace_local: true });
  assert.equal((await stage.call({ fields: { 'go-to': `192.0.2.1:${backend.port}` } })).body, 'here');
});

featureTest('a call that was meant for the proxy itself is not sent to it without end', async (stage) => {
  await start(stage, { use_header: true, header_name: 'go-to' });
  assert.equal((await stage.call()).outcome, stage.told('unavailable'));
  assert.equal((await stage.call({ fields: { 'go-to': `localhost:${stage.port}` } })).outcome, stage.told('unavailable'));
});

featureTest(
  'the PROXY protocol says where a connection was meant to go',
  async (stage) => {
    const backend = await stage.backend('meant');
    await start(stage, {}, { listener_filters: [{ type: 'proxy_protocol' }] });
    const socket = connect(stage.port, '127.0.0.1');
    socket.write(`PROXY TCP4 192.0.2.7 127.0.0.1 4711 ${backend.port}\r\n`);
    socket.write('GET / HTTP/1.1\r\nhost: any\r\nconnection: close\r\n\r\n');
    assert.match(await text(socket), /^HTTP\/1\.1 200 .*\r\nmeant\r\n/s);
  },
  ['http1'],
);
