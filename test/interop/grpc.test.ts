/** gRPC through one proxy and through two: gRPC's own client and server at the ends, and what the proxy itself answers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CertificateAuthority } from '../support/certificates.ts';
import type { Child } from '../support/child.ts';
import { temporaryFolder, writeConfiguration } from '../support/configuration.ts';
import { GRPC_CASES, GrpcInterop, type GrpcTls, withoutGrpcInterop } from '../support/grpc-interop.ts';
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

/** gRPC's own server, and two proxies in a row before it. */
class GrpcWay {
  readonly grpc: GrpcInterop;
  readonly inner: Meshloom;
  readonly outer: Meshloom;

  private constructor(grpc: GrpcInterop, inner: Meshloom, outer: Meshloom) {
    this.grpc = grpc;
    this.inner = inner;
    this.outer = outer;
  }

  /** With `tls` on every leg, or without it. */
  static async start(tls?: GrpcTls): Promise<GrpcWay> {
    const grpc = await GrpcInterop.start(tls);
    const settings = { proxy: HTTP2, ...(tls === undefined ? {} : securing(tls)) };
    const inner = await Meshloom.start({ ...settings, hosts: [`127.0.0.1:${grpc.port}`] });
    const outer = await Meshloom.start({ ...settings, hosts: [`127.0.0.1:${inner.port}`] });
    return new GrpcWay(grpc, inner, outer);
  }

  async stop(): Promise<void> {
    await this.outer.stop();
    await this.inner.stop();
    await this.grpc.stop();
  }
}

function securing({ authority, certificate, key }: GrpcTls) {
  return {
    chain: { tls_context: { status: true, cert_chain: certificate, private_key: key, alpn: 'h2' } },
    cluster: { tls_context: { status: true, ca_cert: authority, server_name: 'localhost' } },
  };
}

/** In a `describe`: all cases on that way, which is there as long as its tests run. */
function interoperability(start: () => Promise<GrpcWay>): () => GrpcWay {
  let way: GrpcWay | undefined;
  before(
    async () => {
      way = await start();
    },
    { timeout: 1_300_000 },
  );
  after(() => way?.stop());
  for (const testCase of GRPC_CASES) {
    test(`${testCase} through one hop`, () => way!.grpc.run(testCase, way!.inner.port));
    test(`${testCase} through two hops`, () => way!.grpc.run(testCase, way!.outer.port));
  }
  return () => way!;
}

describe("gRPC's interoperability cases", { skip: withoutGrpcInterop }, () => {
  const way = interoperability(() => GrpcWay.start());

  test('each method may have a route of its own', async () => {
    const [port, nowhere] = (await freePorts(2)) as [number, number];
    const proxy = await startRouting(
      port,
      [
        { match: { path: '/grpc.testing.TestService/EmptyCall' }, route: { cluster_name: 'service' } },
        { match: { prefix: '/grpc.testing.TestService/' }, route: { cluster_name: 'nowhere' } },
      ],
      { service: `127.0.0.1:${way().grpc.port}`, nowhere: `127.0.0.1:${nowhere}` },
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
  const way = interoperability(() => {
    const authority = new CertificateAuthority(temporaryFolder('grpc-tls'));
    return GrpcWay.start({ authority: authority.file, ...authority.issue('server') });
  });

  test('without TLS nothing is answered in HTTP/2', async () => {
    const connection = await RawConnection.open(way().inner.port);
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
