/** TLS from clients: node:tls, curl and openssl s_client against a listener. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';
import { CertificateAuthority } from '../support/certificates.ts';
import { curl } from '../support/curl.ts';
import { within } from '../support/deadline.ts';
import { requireTool } from '../support/tools.ts';

const skip = requireTool('openssl', 'curl');
// The certificates are made where they are imported.
const support = skip === false ? await import('../support/tls-stage.ts') : undefined;

/** Hands on the first bytes of a client one by one, each in a turn of its own. */
class SlowRelay {
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  static async listen(to: number): Promise<SlowRelay> {
    const server = createServer((client) => {
      const upstream = connect({ host: '127.0.0.1', port: to, noDelay: true });
      client.once('data', async (first: Buffer) => {
        client.pause();
        for (const byte of first) {
          upstream.write(Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
        client.pipe(upstream);
      });
      upstream.pipe(client);
      for (const socket of [client, upstream]) socket.on('error', () => client.destroy());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new SlowRelay(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
  }
}

/** What a client says first. */
async function firstFlight(): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connectTls({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }).on('error', () => {});
  const [socket] = (await accepted) as [Socket];
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  client.destroy();
  server.close();
  return bytes;
}

describe('TLS from clients', { skip }, () => {
  const { authority, certificate, contextOf, folder, TlsStage } = support!;
  type Settings = Parameters<typeof TlsStage.start>[0];

  async function stage(context: TestContext, settings: Settings) {
    const started = await TlsStage.start(settings);
    context.after(() => started.stop());
    return started;
  }

  const mutual = { verify_client: true, require_client_cert: true, ca_cert: authority.file };
  const credentials = (name: string, from = authority): ConnectionOptions => {
    const files = from.issue(name, { purposes: 'clientAuth' });
    return { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
  };

  test('a client that trusts the authority is served, from files and from PEM in the configuration', async (t) => {
    const inline = { certificate: readFileSync(certificate.certificate, 'utf8'), key: readFileSync(certificate.key, 'utf8') };
    for (const files of [certificate, inline]) {
      const { port } = await stage(t, { chain: { tls_context: contextOf(files) } });
      const { text, status } = await curl('--cacert', authority.file, `https://localhost:${port}/hello`);
      assert.equal(`${status} ${text}`, '200 /hello');
      // Whoever speaks without TLS is not let in.
      assert.notEqual((await curl(`http://localhost:${port}/hello`)).exitCode, 0);
    }
  });

  test('a megabyte passes each way', async (t) => {
    const started = await TlsStage.start({ chain: { tls_context: contextOf() } }, (request, response) => request.pipe(response));
    t.after(() => started.stop());
    const file = join(folder, 'megabyte');
    const body = Buffer.alloc(1024 * 1024, 'meshloom');
    writeFileSync(file, body);
    const answer = await curl('-k', '--data-binary', `@${file}`, `https://localhost:${started.port}/`);
    assert.ok(answer.body.equals(body), answer.stderr);
  });

  test('the certificate is the one of the name that the client asks for: exact, by wildcard, or else the first', async (t) => {
    const first = authority.issue('first', { names: 'DNS:first.example' });
    const wild = authority.issue('wild', { names: 'DNS:*.wild.example' });
    const named = authority.issue('named', { names: 'DNS:other.example' });
    const set = [contextOf(first), contextOf(wild), contextOf(named, { server_name: 'Extra.Example' })];
    const { connect } = await stageConnect(t, { chain: { tls_context_set: set } });
    for (const [asked, shown] of [
      ['first.example', 'first'],
      ['a.wild.example', 'wild'],
      ['other.example', 'named'],
      ['extra.example', 'named'],
      ['nobody.example', 'first'],
      ['', 'first'],
    ] as const) {
      const socket = await connect({ servername: asked });
      assert.equal(socket.getPeerCertificate().subject.CN, shown, asked);
    }
  });

  async function stageConnect(t: TestContext, settings: Settings) {
    const started = await stage(t, settings);
    return { started, connect: (options: ConnectionOptions) => started.connect(options) };
  }

  test('each context of a set asks of clients what it says itself', async (t) => {
    const strict = authority.issue('strict', { names: 'DNS:strict.example' });
    const open = authority.issue('open', { names: 'DNS:open.example' });
    const { started, connect } = await stageConnect(t, { chain: { tls_context_set: [contextOf(open), contextOf(strict, mutual)] } });
    assert.equal(await started.ask(await connect({ servername: 'open.example' }), '/open'), '/open');
    assert.equal(await started.ask(await connect({ servername: 'strict.example' }), '/strict'), '');
    assert.equal(await started.ask(await connect({ servername: 'strict.example', ...credentials('friend') }), '/strict'), '/strict');
  });

  test('a client must have a certificate that is good: of the authority, in its time, for clients', async (t) => {
    const { started, connect } = await stageConnect(t, { chain: { tls_context: contextOf(certificate, mutual) } });
    const stranger = new CertificateAuthority(folder, 'stranger');
    const servers = authority.issue('for-servers', { purposes: 'serverAuth' });
    const asServer = { cert: readFileSync(servers.certificate), key: readFileSync(servers.key) };
    assert.equal(await started.ask(await connect(credentials('friend')), '/friend'), '/friend');
    assert.equal(await started.ask(await connect({}), '/nobody'), '');
    assert.equal(await started.ask(await connect(credentials('alien', stranger)), '/alien'), '');
    assert.equal(await started.ask(await connect(asServer), '/server'), '');
    await started.log.until(/no TLS with/);
  });

  test('with verify_client alone a client may have no certificate, but no bad one', async (t) => {
    const verify = { verify_client: true, ca_cert: authority.file };
    const { started, connect } = await stageConnect(t, { chain: { tls_context: contextOf(certificate, verify) } });
    const stranger = new CertificateAuthority(folder, 'stranger2');
    assert.equal(await started.ask(await connect({}), '/nobody'), '/nobody');
    assert.equal(await started.ask(await connect(credentials('friend')), '/friend'), '/friend');
    assert.equal(await started.ask(await connect(credentials('alien', stranger)), '/alien'), '');
  });

  test('certificates that name themselves as issuers are good when an authority of that name has signed them, and only then', async (t) => {
    const family = new CertificateAuthority(folder, 'family', '/O=Acme Co');
    const impostors = new CertificateAuthority(folder, 'impostors', '/O=Acme Co');
    const own = family.issueNamesake('own');
    const { started, connect } = await stageConnect(t, { chain: { tls_context: contextOf(own, { ...mutual, ca_cert: family.file }) } });
    const namesake = (from: CertificateAuthority, purposes = 'clientAuth', days = 1): ConnectionOptions => {
      const files = from.issueNamesake('namesake', { purposes, days });
      return { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
    };
    assert.equal(await started.ask(await connect(namesake(family)), '/good'), '/good');
    assert.equal(await started.ask(await connect(namesake(impostors)), '/impostor'), '');
    assert.equal(await started.ask(await connect(namesake(family, 'serverAuth')), '/purpose'), '');
    assert.equal(await started.ask(await connect({}), '/nobody'), '');
  });

  test('versions are 1.2 and 1.3 unless others are asked for', async (t) => {
    const version = async (port: number, option: string): Promise<string> => {
      const args = ['s_client', '-connect', `127.0.0.1:${port}`, option, '-cipher', 'DEFAULT@SECLEVEL=0'];
      const shaken = promisify(execFile)('openssl', args, { timeout: 10_000 });
      shaken.child.stdin?.end();
      const output = await shaken.then(
        ({ stdout }) => stdout,
        (error: { stdout?: string }) => error.stdout ?? '',
      );
      return /^New, (TLSv[\d.]+), Cipher is (?!\(NONE\))/m.exec(output) === null
        ? 'none'
        : (/Protocol {2}: (\S+)/.exec(output)?.[1] ?? 'TLSv1.3');
    };
    const cases: readonly (readonly [object, Readonly<Record<string, string>>])[] = [
      [{}, { '-tls1_1': 'none', '-tls1_2': 'TLSv1.2', '-tls1_3': 'TLSv1.3' }],
      [{ min_version: 'TLSv1_3' }, { '-tls1_2': 'none', '-tls1_3': 'TLSv1.3' }],
      [{ max_version: 'TLSv1_2' }, { '-tls1_2': 'TLSv1.2', '-tls1_3': 'none' }],
      [{ min_version: 'TLSv1_0' }, { '-tls1': 'TLSv1', '-tls1_1': 'TLSv1.1', '-tls1_3': 'TLSv1.3' }],
    ];
    for (const [change, expected] of cases) {
      const { port } = await stage(t, { chain: { tls_context: contextOf(certificate, change) } });
      for (const [option, result] of Object.entries(expected))
        assert.equal(await version(port, option), result, JSON.stringify([change, option]));
    }
  });

  test('cipher suites and curves are those that are named', async (t) => {
    const named = { cipher_suites: 'ECDHE-ECDSA-WITH-CHACHA20-POLY1305', ecdh_curves: 'P384' };
    const { connect } = await stageConnect(t, { chain: { tls_context: contextOf(certificate, named) } });
    const old = await connect({ maxVersion: 'TLSv1.2' });
    assert.equal(old.getCipher().name, 'ECDHE-ECDSA-CHACHA20-POLY1305');
    assert.deepEqual(old.getEphemeralKeyInfo(), { type: 'ECDH', name: 'secp384r1', size: 384 });
    assert.match((await connect({})).getCipher().name, /^TLS_/);
    await assert.rejects(connect({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }));
  });

  test('a session is resumed, but not where more is asked of the client', async (t) => {
    const strict = authority.issue('strict2', { names: 'DNS:strict.example' });
    const ticket = { ticket: 'the same key for all of them' };
    const set = [contextOf(certificate, ticket), contextOf(strict, { ...mutual, ...ticket })];
    const { started, connect } = await stageConnect(t, { chain: { tls_context_set: set } });
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const first = await connect({ maxVersion });
      let session: Buffer | undefined;
      first.on('session', (each) => {
        session = each;
      });
      assert.equal(first.isSessionReused(), false);
      assert.equal(await started.ask(first, '/first'), '/first');
      session ??= first.getSession();
      const second = await connect({ maxVersion, session });
      assert.equal(second.isSessionReused(), true);
      assert.equal(await started.ask(second, '/second'), '/second');
      const outcome = await connect({ maxVersion, session, servername: 'strict.example' }).then(
        (socket) => started.ask(socket, '/third'),
        () => '',
      );
      assert.equal(outcome, '', maxVersion);
    }
  });

  test('plain connections are let in beside TLS where the inspector says so', async (t) => {
    for (const chain of [{ tls_context: contextOf() }, { tls_context_set: [contextOf(), contextOf()] }]) {
      const { port } = await stage(t, { chain, listener: { inspector: true } });
      assert.equal((await curl(`http://127.0.0.1:${port}/plain`)).text, '/plain');
      assert.equal((await curl('-k', `https://127.0.0.1:${port}/secret`)).text, '/secret');
    }
  });

  test('a hello that comes byte by byte is waited for', async (t) => {
    const other = authority.issue('other', { names: 'DNS:other.example' });
    const { port } = await stage(t, { chain: { tls_context_set: [contextOf(), contextOf(other)] } });
    // A relay between client and listener that hands on one byte at a time at first.
    const relay = await SlowRelay.listen(port);
    t.after(() => relay.close());
    const shown = await curl('-k', '--resolve', `other.example:${relay.port}:127.0.0.1`, '-v', `https://other.example:${relay.port}/slow`);
    assert.equal(shown.text, '/slow');
    assert.match(shown.stderr, /subject: CN=other/);
  });

  test('changed files are taken over for new connections, and those that are open stay', async (t) => {
    const files = authority.issue('before', { names: 'DNS:localhost' });
    const live = { certificate: join(folder, 'live.pem'), key: join(folder, 'live-key.pem') };
    copyFileSync(files.certificate, live.certificate);
    copyFileSync(files.key, live.key);
    const { started, connect } = await stageConnect(t, { chain: { tls_context: contextOf(live) } });
    const old = await connect({});
    assert.equal(await started.ask(old, '/one'), '/one');
    const next = authority.issue('after', { names: 'DNS:localhost' });
    // The certificate first: it does not fit the key yet, and nothing changes.
    copyFileSync(next.certificate, live.certificate);
    await started.log.until(/stays with the certificates that it has/);
    assert.equal((await connect({})).getPeerCertificate().subject.CN, 'before');
    copyFileSync(next.key, live.key);
    await started.log.until(/took over changed certificates/);
    assert.equal((await connect({})).getPeerCertificate().subject.CN, 'after');
    assert.equal(await started.ask(old, '/two'), '/two');
    for (const line of started.log.lines) assert.doesNotMatch(line, /PRIVATE KEY/);
  });

  test('certificates that cannot be used stop the start, with a line that says why and shows no key', async () => {
    const other = authority.issue('mismatch');
    const key = readFileSync(certificate.key, 'utf8').replace(/-----.*-----/g, '');
    for (const [context, pattern] of [
      [
        contextOf({ certificate: 'absent.pem', key: certificate.key }),
        /^listener "door": TLS: cert_chain: the file .*absent\.pem cannot be read \(ENOENT\)$/,
      ],
      [
        contextOf({ certificate: certificate.certificate, key: other.key }),
        /^listener "door": TLS: its certificate and key cannot be used: .*mismatch/,
      ],
      [contextOf({ certificate: certificate.certificate, key }), /^listener "door": TLS: private_key: its file cannot be read/],
    ] as const) {
      await assert.rejects(TlsStage.start({ chain: { tls_context: context } }), (error: Error) => {
        assert.match(error.message, pattern);
        assert.ok(!error.message.includes(key.trim().slice(0, 20)));
        return true;
      });
    }
  });

  test('a handshake that takes longer than transport_socket_connect_timeout ends its connection, however it is spun out', async (t) => {
    const limit = { transport_socket_connect_timeout: '300ms' };
    const [one, several, patient] = await Promise.all([
      stage(t, { listener: limit, chain: { tls_context: contextOf() } }),
      stage(t, { listener: { ...limit, inspector: true }, chain: { tls_context: contextOf() } }),
      stage(t, { listener: { transport_socket_connect_timeout: '0s' }, chain: { tls_context: contextOf() } }),
    ]);
    const done = await one.connect();
    const hello = await firstFlight();
    const open = async (port: number, bytes: Buffer, everyMs: number): Promise<Socket> => {
      const socket = connect({ host: '127.0.0.1', port }).on('error', () => {});
      t.after(() => socket.destroy());
      socket.resume();
      await once(socket, 'connect');
      let at = 0;
      const drip = setInterval(() => {
        if (at < bytes.length) socket.write(bytes.subarray(at, ++at));
      }, everyMs);
      socket.on('close', () => clearInterval(drip));
      return socket;
    };
    const began = performance.now();
    const late = await Promise.all([
      open(one.port, Buffer.alloc(0), 1000),
      open(one.port, hello, 20),
      open(several.port, Buffer.alloc(0), 1000),
      open(several.port, hello, 20),
    ]);
    const unlimited = await open(patient.port, Buffer.alloc(0), 1000);
    // A reset is an end like any other.
    const ends = late.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    await within(Promise.all(ends), 'the end of the connections');
    assert.ok(performance.now() - began >= 290);
    assert.equal(unlimited.closed, false);
    // Whoever was in time is held to it no longer.
    assert.equal(await one.ask(done, '/done'), '/done');
  });

  test('with fall_back a listener goes on without what cannot be used', async (t) => {
    const absent = contextOf({ certificate: 'absent.pem', key: 'absent-key.pem' }, { fall_back: true });
    const { port, log } = await stage(t, { chain: { tls_context: absent } });
    assert.equal((await curl(`http://127.0.0.1:${port}/plain`)).text, '/plain');
    await log.until(/goes on without a TLS context \(fall_back\)/);
  });

  test('a new configuration brings TLS to a listener, and takes it away', async (t) => {
    const { tlsConfiguration } = support!;
    const started = await stage(t, {});
    const chain = { tls_context: contextOf() };
    assert.equal((await curl(`http://127.0.0.1:${started.port}/one`)).text, '/one');
    await started.proxy.reconfigure(tlsConfiguration(started.port, started.host, { chain }));
    assert.equal((await curl('-k', `https://127.0.0.1:${started.port}/two`)).text, '/two');
    const broken = { tls_context: contextOf({ certificate: 'absent.pem', key: 'absent.pem' }) };
    await assert.rejects(started.proxy.reconfigure(tlsConfiguration(started.port, started.host, { chain: broken })));
    assert.equal((await curl('-k', `https://127.0.0.1:${started.port}/three`)).text, '/three');
    await started.proxy.reconfigure(tlsConfiguration(started.port, started.host, {}));
    assert.equal((await curl(`http://127.0.0.1:${started.port}/four`)).text, '/four');
  });
});
