/** MOSN's samples of TLS and of detection, in its own files, on the ports that they name; the certificates are made here, of the kind that it has. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { CertificateAuthority } from '../support/certificates.ts';
import { Child } from '../support/child.ts';
import { temporaryFolder } from '../support/configuration.ts';
import { curl } from '../support/curl.ts';
import { within } from '../support/deadline.ts';
import { untilListening } from '../support/ports.ts';
import { startSample, takeSamplePorts } from '../support/sample-ports.ts';
import { mosnConfigurations, repository, withoutMosnConfigurations } from '../support/shared-files.ts';
import { requireTool } from '../support/tools.ts';

const PORTS = [2045, 2046, 8080, 9090, 34901, 34902];
const skip = requireTool('curl', 'openssl') || withoutMosnConfigurations;

describe("MOSN's samples of TLS and of detection", { skip }, () => {
  const folder = temporaryFolder('tls-sample');
  const certificates = join(folder, 'certs');
  let application: Child;
  let release: () => void;

  before(async () => {
    mkdirSync(certificates);
    const authority = new CertificateAuthority(certificates, 'ca', '/O=Acme Co');
    const { key } = authority.issueNamesake('cert', { names: 'IP:127.0.0.1' });
    copyFileSync(key, join(certificates, 'key.pem'));
    release = await takeSamplePorts(PORTS);
    const program = join(repository, 'dist/examples/http-sample/server.js');
    application = await new Child('application', process.execPath, [program]).start(untilListening(8080, 'application'));
  });
  after(async () => {
    await application.stop();
    release();
  });

  /** The files stand in a folder beside that of the certificates, as in MOSN. */
  function sampleFile(sample: string, name: string): string {
    mkdirSync(join(folder, sample), { recursive: true });
    const file = join(folder, sample, name);
    copyFileSync(join(mosnConfigurations, `examples__codes__${sample}__${name}`), file);
    return file;
  }

  for (const sample of ['http-sample', 'protocol-auto-sample']) {
    test(`${sample}: two hops, with TLS between them`, async () => {
      const server = await startSample(sampleFile(sample, 'tls_server_config.json'), [2046, 34902]);
      const client = await startSample(sampleFile(sample, 'tls_client_config.json'), [2045, 34901]);
      const { status, text } = await curl('-d', 'some text', '127.0.0.1:2045/path');
      assert.equal(status, 200, text + client.output + server.output);
      assert.match(text, /^Target: \/path$/m);
      assert.match(text, /^Body: 9 bytes$/m);
      // Whoever comes without TLS is not let in between.
      assert.notEqual((await curl('127.0.0.1:2046/path')).exitCode, 0);
      for (const port of [34901, 34902]) {
        const dump = (await curl(`127.0.0.1:${port}/api/v1/config_dump`)).text;
        assert.match(dump, /certs\/cert\.pem/);
        assert.doesNotMatch(dump, /key\.pem|PRIVATE KEY/);
      }
      assert.equal(await client.stop(), 0);
      assert.equal(await server.stop(), 0);
    });
  }

  test('protocol-auto-sample without TLS: two hops', async () => {
    const server = await startSample(sampleFile('protocol-auto-sample', 'server_config.json'), [2046, 34902]);
    const client = await startSample(sampleFile('protocol-auto-sample', 'client_config.json'), [2045, 34901]);
    assert.match((await curl('127.0.0.1:2045/auto')).text, /^Target: \/auto$/m);
    assert.equal(await client.stop(), 0);
    assert.equal(await server.stop(), 0);
  });

  test('proxy-fallback-example: HTTP goes to the HTTP server, all else to the TCP server', async () => {
    const echo = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket)).listen(9090, '127.0.0.1');
    await once(echo, 'listening');
    const both = await startSample(sampleFile('proxy-fallback-example', 'config.json'), [2046]);
    assert.match((await curl('127.0.0.1:2046/http')).text, /^Target: \/http$/m);
    const socket = connect(2046, '127.0.0.1').on('error', () => {});
    socket.end(Buffer.from('00010203', 'hex'));
    const [echoed] = (await within(once(socket, 'data'), 'echo')) as [Buffer];
    assert.equal(echoed.toString('hex'), '00010203');
    await within(once(socket, 'close'), 'end of the connection');
    assert.equal(await both.stop(), 0);
    echo.close();
  });

  test('http-sample: a client without a certificate is refused', async () => {
    const server = await startSample(sampleFile('http-sample', 'tls_server_config.json'), [2046, 34902]);
    const url = 'https://127.0.0.1:2046/';
    const own = ['--cert', join(certificates, 'cert.pem'), '--key', join(certificates, 'key.pem')];
    assert.equal((await curl('-k', ...own, url)).status, 200);
    assert.notEqual((await curl('-k', url)).exitCode, 0);
    assert.equal(await server.stop(), 0);
  });
});
