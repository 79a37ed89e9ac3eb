import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { MessageWriter } from '../../../src/base/protobuf.ts';
import { featureTest } from '../../support/feature-stage.ts';

featureTest('a service decides by HTTP who is let in', async (stage) => {
  const backend = await stage.backend();
  const auth = await stage.backend(
    'auth',
    ({ fields }) => (fields['authorization'] === 'secret' ? { fields: { 'x-user': 'me' } } : { status: 401, body: 'who are you' }),
    'http1',
  );
  const httpService = {
    server_uri: { uri: 'http://auth', cluster: 'auth', timeout: '5s' },
    path_prefix: '/check',
    authorization_response: { allowed_upstream_headers: { patterns: [{ exact: 'x-user' }] } },
  };
  await stage.start({
    clusters: { backends: { backends: [backend] }, auth: { backends: [auth] } },
    streamFilters: [{ type: 'ext_authz', config: { http_service: httpService } }],
  });
  const refused = await stage.call();
  assert.deepEqual([refused.outcome, refused.body], [stage.told('denied'), 'who are you']);
  assert.equal(backend.seen.length, 0);
  assert.equal((await stage.call({ fields: { authorization: 'secret' } })).body, 'backend');
  assert.equal(backend.seen[0]?.fields['x-user'], 'me');
  assert.ok(auth.seen.every(({ path }) => path.startsWith('/check/')));
});

/** `envoy.service.auth.v3.Authorization` that lets in whose request has the word in it. */
async function authorization(word: string) {
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const allowed = Buffer.concat(chunks).includes(word);
      const message = new MessageWriter();
      if (!allowed) message.message(1, (status) => status.number(1, 7));
      const bytes = message.finish();
      stream.respond({ 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

featureTest('a service decides by gRPC who is let in', async (stage) => {
  const backend = await stage.backend();
  const auth = await authorization('open sesame');
  try {
    await stage.start({
      clusters: { backends: { backends: [backend] }, auth: { backends: [auth] } },
      streamFilters: [{ type: 'ext_authz', config: { grpc_service: { envoy_grpc: { cluster_name: 'auth' }, timeout: '5s' } } }],
    });
    assert.equal((await stage.call()).outcome, stage.told('denied'));
    assert.equal(backend.seen.length, 0);
    assert.equal((await stage.call({ fields: { word: 'open sesame' } })).body, 'backend');
  } finally {
    auth.close();
  }
});

featureTest('a service that is not there lets nobody in, unless that is said', async (stage) => {
  const backend = await stage.backend();
  const settings = { http_service: { server_uri: { uri: 'http://auth', cluster: 'nowhere' } } };
  const clusters = { backends: { backends: [backend] }, nowhere: {} };
  await stage.start({ clusters, streamFilters: [{ type: 'ext_authz', config: settings }] });
  assert.equal((await stage.call()).outcome, stage.told('denied'));
  await stage.reconfigure({ clusters, streamFilters: [{ type: 'ext_authz', config: { ...settings, failure_mode_allow: true } }] });
  assert.equal((await stage.call()).body, 'backend');
});
