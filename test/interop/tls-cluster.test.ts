/** TLS to upstreams: servers of node:tls that keep in mind who called. */
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { CertificateAuthority } from '../support/certificates.ts';
import { curl } from '../support/curl.ts';
import { until } from '../support/deadline.ts';
import { requireTool } from '../support/tools.ts';

const skip = requireTool('openssl', 'curl');
// The certificates are made where they are imported.
const support = skip === false ? await import('../support/tls-stage.ts') : undefined;

describe('TLS to upstreams', { skip }, () => {
  const { authority, certificate, folder, TlsStage } = support!;
  const files = (from = certificate) => ({ cert: readFileSync(from.certificate), key: readFileSync(from.key) });
  const trusting = { status: true, ca_cert: authority.file };

  interface Backend {
    readonly host: string;
    readonly connections: TLSSocket[];
    /** The names in the certificates of those who called. */
    readonly callers: string[];
    /** Of each connection whether it went on with a session. */
    readonly resumed: boolean[];
  }

  async function backend(t: TestContext, options: TlsOptions = {}): Promise<Backend> {
    const connections: TLSSocket[] = [];
    const server: Server = createServer({ ...files(), ...options }, (request, response) => response.end(request.url));
    const callers: string[] = [];
    const resumed: boolean[] = [];
    server.on('secureConnection', (socket) => {
      connections.push(socket);
      resumed.push(socket.isSessionReused());
      callers.push(String(socket.getPeerCertificate().subject?.CN));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections, callers, resumed };
  }

  /** A proxy in front of it; what a request for `path` is answered. */
  async function front(t: TestContext, host: string, cluster: object, proxy: object = {}) {
    const stage = await TlsStage.start({ host, cluster, proxy });
    t.after(() => stage.stop());
    const ask = async (path: string): Promise<string> => {
      const { status, text } = await curl(`http://127.0.0.1:${stage.port}${path}`);
      return status === 200 ? text : String(status);
    };
    return { ask, stage };
  }

  test("a server whose certificate has the host's address, or the name that is asked for, is trusted", async (t) => {
    const { host, connections } = await backend(t);
    const byAddress = await front(t, host, { tls_context: trusting });
    assert.equal(await byAddress.ask('/address'), '/address');
    assert.equal(connections.at(-1)?.servername, false, 'an address is no name for SNI');
    const byName = await front(t, host, { tls_context: { ...trusting, server_name: 'localhost' } });
    assert.equal(await byName.ask('/name'), '/name');
    assert.equal(connections.at(-1)?.servername, 'localhost');
  });

  test('a server of another name or of an unknown authority is not, however often it is asked', async (t) => {
    const { host, connections } = await backend(t);
    const stranger = new CertificateAuthority(folder, 'unknown');
    for (const context of [{ ...trusting, server_name: 'another.example' }, { status: true, ca_cert: stranger.file }, { status: true }]) {
      const { ask } = await front(t, host, { tls_context: context });
      for (let times = 0; times < 3; times++) assert.equal(await ask('/'), '502', JSON.stringify(context));
      const skipping = await front(t, host, { tls_context: { ...context, insecure_skip: true } });
      assert.equal(await skipping.ask('/skipped'), '/skipped');
    }
    assert.ok(connections.every((each) => each.bytesRead < 10_000));
  });

  test('a server whose certificate names itself as issuer is trusted for the signature of an authority of that name, and for its own name', async (t) => {
    const family = new CertificateAuthority(folder, 'family', '/O=Acme Co');
    const impostors = new CertificateAuthority(folder, 'impostors', '/O=Acme Co');
    const genuine = await backend(t, files(family.issueNamesake('genuine')));
    const impostor = await backend(t, files(impostors.issueNamesake('impostor')));
    const trust = { status: true, ca_cert: family.file };
    assert.equal(await (await front(t, genuine.host, { tls_context: trust })).ask('/genuine'), '/genuine');
    assert.equal(await (await front(t, genuine.host, { tls_context: { ...trust, server_name: 'another.example' } })).ask('/'), '502');
    assert.equal(await (await front(t, impostor.host, { tls_context: trust })).ask('/'), '502');
  });

  test('a server gets the certificate that it asks for', async (t) => {
    const { host } = await backend(t, { ca: readFileSync(authority.file), requestCert: true, rejectUnauthorized: true });
    const own = authority.issue('caller', { purposes: 'clientAuth' });
    const known = await front(t, host, { tls_context: { ...trusting, cert_chain: own.certificate, private_key: own.key } });
    assert.equal(await known.ask('/known'), '/known');
    const unknown = await front(t, host, { tls_context: trusting });
    assert.match(await unknown.ask('/unknown'), /^50\d$/);
  });

  test('with fall_back a cluster goes on without a certificate that cannot be used, and still trusts nobody else', async (t) => {
    const absent = { cert_chain: 'absent.pem', private_key: 'absent-key.pem' };
    const { host, callers } = await backend(t, { requestCert: true, rejectUnauthorized: false });
    await assert.rejects(front(t, host, { tls_context: { ...trusting, ...absent } }), /cert_chain: the file .*absent\.pem cannot be read/);
    const { ask, stage } = await front(t, host, { tls_context: { ...trusting, ...absent, fall_back: true } });
    assert.equal(await ask('/bare'), '/bare');
    assert.deepEqual(callers, ['undefined']);
    await stage.log.until(/fall_back/);
    const stranger = new CertificateAuthority(folder, 'not-asked');
    const strict = await front(t, host, { tls_context: { ...trusting, ca_cert: stranger.file, ...absent, fall_back: true } });
    assert.equal(await strict.ask('/no'), '502', 'never in plain text, and never to a stranger');
  });

  test('the next connection resumes the session', async (t) => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { host, resumed } = await backend(t, { maxVersion });
      const { ask } = await front(t, host, { tls_context: trusting, max_request_per_conn: 1 });
      for (const path of ['/one', '/two', '/three']) assert.equal(await ask(path), path);
      assert.deepEqual(resumed, [false, true, true], maxVersion);
    }
  });

  test('a changed certificate is shown by new connections', async (t) => {
    const { host, callers } = await backend(t, { ca: readFileSync(authority.file), requestCert: true });
    const own = { certificate: join(folder, 'own.pem'), key: join(folder, 'own-key.pem') };
    const put = (name: string): void => {
      const made = authority.issue(name);
      copyFileSync(made.certificate, own.certificate);
      copyFileSync(made.key, own.key);
    };
    put('caller-one');
    const context = { ...trusting, cert_chain: own.certificate, private_key: own.key };
    const { ask, stage } = await front(t, host, { tls_context: context, max_request_per_conn: 1 });
    assert.equal(await ask('/one'), '/one');
    put('caller-two');
    await stage.log.until(/cluster "hosts" took over changed certificates/);
    assert.equal(await ask('/two'), '/two');
    assert.deepEqual(callers, ['caller-one', 'caller-two']);
  });

  test('HTTP/2 is offered by ALPN where it is the protocol to the cluster', async (t) => {
    const agreed: (string | false | null)[] = [];
    const server = createSecureServer(files(), (request, response) => response.end(request.url));
    server.on('secureConnection', (socket: TLSSocket) => agreed.push(socket.alpnProtocol));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { ask, stage } = await front(t, host, { tls_context: trusting }, { upstream_protocol: 'Http2' });
    assert.equal(await ask('/h2'), '/h2');
    assert.deepEqual(agreed, ['h2']);
    await stage.stop();
  });

  test('hosts are checked over TLS, and one whose certificate is not trusted is not healthy', async (t) => {
    const { host, connections } = await backend(t);
    const http_check_config = { path: '/health' };
    const health_check = {
      service_name: 's',
      protocol: 'Http1',
      interval: '20ms',
      timeout: '1s',
      initial_delay_seconds: '1ms',
      check_config: { http_check_config },
    };
    const checks = async (tls_context: object) => {
      const { stage } = await front(t, host, { tls_context, health_check });
      const [cluster] = stage.proxy.clusters;
      await until(() => cluster!.healthChecker!.counts.attempt > 2, 'two checks');
      const { success, failure } = cluster!.healthChecker!.counts;
      return { healthy: cluster!.hosts[0]!.healthy, success: success > 0, failure: failure > 0 };
    };
    assert.deepEqual(await checks(trusting), { healthy: true, success: true, failure: false });
    assert.ok(connections.length >= 2, 'each over a connection of its own');
    const stranger = new CertificateAuthority(folder, 'stranger');
    assert.deepEqual(await checks({ status: true, ca_cert: stranger.file }), { healthy: false, success: false, failure: true });
  });
});
