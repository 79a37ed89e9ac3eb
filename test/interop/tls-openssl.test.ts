/** TLS from clients, as openssl's own client sees it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { within } from '../support/deadline.ts';
import { requireTool } from '../support/tools.ts';

const skip = requireTool('openssl');
// The certificates are made where they are imported.
const support = skip === false ? await import('../support/tls-stage.ts') : undefined;

const REQUEST = 'GET /answer HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';

describe('openssl s_client', { skip }, () => {
  const { authority, contextOf, folder, TlsStage } = support!;

  async function port(context: TestContext, tls: object, proxy: object = {}): Promise<number> {
    const stage = await TlsStage.start({ chain: { tls_context: contextOf(undefined, tls) }, proxy });
    context.after(() => stage.stop());
    return stage.port;
  }

  /** Shakes hands, asks by HTTP/1.1, and resolves with all that openssl and the server have said. */
  async function client(to: number, ...more: readonly string[]): Promise<string> {
    const trust = ['-CAfile', authority.file, '-verify_return_error', '-servername', 'localhost', '-verify_hostname', 'localhost'];
    const openssl = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${to}`, '-ign_eof', ...trust, ...more]);
    let output = '';
    for (const stream of [openssl.stdout, openssl.stderr]) stream.setEncoding('latin1').on('data', (text: string) => (output += text));
    // It may have been refused before it has read this.
    openssl.stdin.on('error', () => undefined).end(REQUEST);
    await within(new Promise((resolve) => openssl.on('close', resolve)), `end of openssl ${more.join(' ')}`);
    return output;
  }

  const served = /HTTP\/1\.1 200 OK[\s\S]*\/answer/;

  for (const [option, version] of [
    ['-tls1_2', 'TLSv1.2'],
    ['-tls1_3', 'TLSv1.3'],
  ] as const) {
    test(`${version}: is served, and trusts the certificate`, async (t) => {
      const said = await client(await port(t, {}), option);
      assert.match(said, served);
      assert.match(said, new RegExp(`New, ${version}, Cipher is`));
      assert.match(said, /Verify return code: 0 \(ok\)/);
    });

    test(`${version}: resumes its session on another connection`, async (t) => {
      const to = await port(t, {});
      const session = join(folder, `session${option}`);
      assert.match(await client(to, option, '-sess_out', session), served);
      const again = await client(to, option, '-sess_in', session);
      assert.match(again, new RegExp(`Reused, ${version}, Cipher is`));
      assert.match(again, served);
    });

    test(`${version}: has to show a certificate where one is asked for`, async (t) => {
      const to = await port(t, { verify_client: true, require_client_cert: true, ca_cert: authority.file });
      const files = authority.issue('openssl', { purposes: 'clientAuth' });
      assert.match(await client(to, option, '-cert', files.certificate, '-key', files.key), served);
      const refused = await client(to, option);
      assert.doesNotMatch(refused, served);
      assert.match(refused, /alert (certificate required|handshake failure)/);
    });
  }

  test('an older version is refused with an alert', async (t) => {
    const said = await client(await port(t, {}), '-tls1_1', '-cipher', 'DEFAULT@SECLEVEL=0');
    assert.match(said, /alert protocol version/);
  });

  test('of TLS 1.2 the suites are those that are named, and no other', async (t) => {
    const to = await port(t, { cipher_suites: 'ECDHE-ECDSA-AES256-GCM-SHA384' });
    const suites = (name: string) => client(to, '-tls1_2', '-cipher', name);
    assert.match(await suites('ALL'), /Cipher is ECDHE-ECDSA-AES256-GCM-SHA384/);
    assert.match(await suites('ECDHE-ECDSA-AES128-GCM-SHA256'), /alert handshake failure/);
  });

  test('ALPN takes what the listener speaks, and refuses what it does not', async (t) => {
    const to = await port(t, { alpn: 'h2,http/1.1' }, { downstream_protocol: 'Http1,Http2' });
    assert.match(await client(to, '-alpn', 'http/1.1'), /ALPN protocol: http\/1\.1/);
    assert.match(await client(to, '-alpn', 'h2'), /ALPN protocol: h2/);
    assert.match(await client(to, '-alpn', 'spdy/1'), /alert no application protocol/);
  });
});
