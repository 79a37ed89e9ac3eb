/** gRPC through one proxy and through two: gRPC's own client and server at the ends, and what the proxy itself answers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CertificateAuthority } from '../support/certificates.ts';
import type { Child } from '../support/child.ts';
import { temporaryFolder, writeConfiguration } from '../support/configuration.ts';
import { GRPC_CASES, GrpcInterop, withoutGrpcInterop } from '../support/grpc-interop.ts';
import { Http2Client } from '../support/http2-client.ts';
import { Meshloom, startMeshloomFile } from '../support/meshloom.ts';
import { freePort, freePorts } from '../support/ports.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';
import { requireTool } from '../support/tools.ts';

const HTTP2 = { downstream_protocol: 'Http2', upstream_protocol: 'Http2' };

/** The head of a call to that method, and its message: one of no bytes (length-prefixed). */
const callOf = (path: string, more: object = {}) => ({
  ':method': 'POST',
  ':path': path,
  'content-type': 'application/grpc',
  te: 'trailers',
  ...more,
});
const EMPTY_MESSAGE = Buffer.alloc(5);

describe("gRPC's interoperability cases", { skip: withoutGrpcInterop }, () => {
  let grpc: GrpcInterop;
  let inner: Meshloom;
  let outer: Meshloom;

  before(
    async () => {
      grpc = await GrpcInterop.start();
      inner = await Meshloom.start({ hosts: [`127.0.0.1:${grpc.port}`], proxy: HTTP2 });
      outer = await Meshloom.start({ hosts: [`127.0.0.1:${inner.port}`], proxy: HTTP2 });
    },
    { timeout: 1_300_000 },
  );
  after(async () => {
    await outer?.stop();
    await inner?.stop();
    await grpc?.stop();
  });

  for (const testCase of GRPC_CASES) {
    test(`${testCase} through one hop`, () => grpc.run(testCase, inner.port));
    test(`${testCase} through two hops`, () => grpc.run(testCase, outer.port));
  }

  test('each method may have a route of its own', async () => {
    const [port, nowhere] = (await freePorts(2)) as [number, number];
    const proxy = await startRouting(
      port,
      [
        { match: { path: '/grpc.testing.TestService/EmptyCall' }, route: { cluster_name: 'service' } },
        { match: { prefix: '/grpc.testing.TestService/' }, route: { cluster_name: 'nowhere' } },
      ],
      { service: `127.0.0.1:${grpc.port}`, nowhere: `127.0.0.1:${nowhere}` },
    );
    const client = await Http2Client.open(port);
    const served = await client.ask(callOf('/grpc.testing.TestService/EmptyCall'), EMPTY_MESSAGE);
    assert.equal(served.trailers?.['grpc-status'], '0');
    assert.deepEqual(served.body, EMPTY_MESSAGE);
    const unserved = await client.ask(callOf('/grpc.testing.TestService/UnaryCall'), EMPTY_MESSAGE);
    assert.equal(unserved.headers['grpc-status'], '14');
    const unknown = await client.ask(callOf('/other.Service/Call'), EMPTY_MESSAGE);
    assert.equal(unknown.headers['grpc-status'], '12');
    await client.close();
    await proxy.stop();
  });
});

const skipTls = withoutGrpcInterop || requireTool('openssl');

describe("gRPC's interoperability cases, over TLS on every leg", { skip: skipTls }, () => {
  let grpc: GrpcInterop;
  let inner: Meshloom;
  let outer: Meshloom;

  before(
    async () => {
      const folder = temporaryFolder('grpc-tls');
      const authority = new CertificateAuthority(folder);
      const { certificate, key } = authority.issue('server');
      grpc = await GrpcInterop.start({ authority: authority.file, certificate, key });
      const secure = {
        proxy: HTTP2,
        chain: { tls_context: { status: true, cert_chain: certificate, private_key: key, alpn: 'h2' } },
        cluster: { tls_context: { status: true, ca_cert: authority.file, server_name: 'localhost' } },
      };
      inner = await Meshloom.start({ ...secure, hosts: [`127.0.0.1:${grpc.port}`] });
      outer = await Meshloom.start({ ...secure, hosts: [`127.0.0.1:${inner.port}`] });
    },
    { timeout: 1_300_000 },
  );
  after(async () => {
    await outer?.stop();
    await inner?.stop();
    await grpc?.stop();
  });

  for (const testCase of GRPC_CASES) {
    test(`${testCase} through one hop`, () => grpc.run(testCase, inner.port));
    test(`${testCase} through two hops`, () => grpc.run(testCase, outer.port));
  }

  test('without TLS nothing is answered in HTTP/2', async () => {
    const connection = await RawConnection.open(inner.port);
    connection.send('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    assert.notEqual((await connection.untilEnd()).charCodeAt(3), 4, 'SETTINGS');
    connection.destroy();
  });
});

/** A proxy on that port with those routes, to a cluster for each name. */
function startRouting(port: number, routers: readonly object[], clusters: Readonly<Record<string, string>>): Promise<Child> {
  const configuration = {
    servers: [
      {
        default_log_path: 'stdout',
        default_log_level: 'WARN',
        graceful_timeout: '500ms',
        routers: [{ router_config_name: 'routes', virtual_hosts: [{ name: 'all', domains: ['*'], routers }] }],
        listeners: [
          {
            name: 'listener',
            address: `127.0.0.1:${port}`,
            bind_port: true,
            filter_chains: [{ filters: [{ type: 'proxy', config: { ...HTTP2, router_config_name: 'routes' } }] }],
          },
        ],
      },
    ],
    cluster_manager: {
      clusters: Object.entries(clusters).map(([name, address]) => ({
        name,
        type: 'SIMPLE',
        lb_type: 'LB_ROUNDROBIN',
        hosts: [{ address }],
      })),
    },
  };
  return startMeshloomFile(writeConfiguration(temporaryFolder('grpc'), 'config.json', configuration), [port]);
}

describe('What the proxy itself answers to gRPC', () => {
  test('no upstream: trailers only, UNAVAILABLE', async () => {
    const proxy = await Meshloom.start({ hosts: [`127.0.0.1:${await freePort()}`], proxy: HTTP2 });
    const client = await Http2Client.open(proxy.port);
    const answer = await client.ask(callOf('/a.Service/Call'), EMPTY_MESSAGE);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/grpc');
    assert.equal(answer.headers['grpc-status'], '14');
    assert.ok(answer.endedByHead);
    assert.equal(answer.trailers, undefined);
    const plain = await client.ask({ ':path': '/' });
    assert.equal(plain.status, 502);
    await client.close();
    await proxy.stop();
  });

  test('an upstream that is silent for longer than grpc-timeout: DEADLINE_EXCEEDED', async () => {
    const silent = await RawServer.listen();
    const proxy = await Meshloom.start({ hosts: [silent.address], proxy: HTTP2 });
    const client = await Http2Client.open(proxy.port);
    const began = performance.now();
    const answer = await client.ask(callOf('/a.Service/Call', { 'grpc-timeout': '150m' }), EMPTY_MESSAGE);
    const took = performance.now() - began;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['grpc-status'], '4');
    assert.ok(answer.endedByHead);
    // The route's own time is a minute. The clocks of two processes may differ by one tick.
    assert.ok(took >= 149 && took < 5000, `${took} ms`);
    await client.close();
    await proxy.stop();
    await silent.close();
  });
});
