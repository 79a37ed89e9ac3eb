/** examples/tls-sample, as its README says. */
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Child } from '../support/child.ts';
import { temporaryFolder } from '../support/configuration.ts';
import { curl } from '../support/curl.ts';
import { until } from '../support/deadline.ts';
import { untilListening } from '../support/ports.ts';
import { startSample, takeSamplePorts } from '../support/sample-ports.ts';
import { repository } from '../support/shared-files.ts';
import { requireTool } from '../support/tools.ts';

test('the TLS sample answers plain and with TLS, in HTTP/1.1 and HTTP/2, and takes over new certificates', {
  skip: requireTool('curl', 'openssl'),
}, async (t) => {
  const folder = temporaryFolder('tls-example');
  cpSync(join(repository, 'examples/tls-sample'), folder, { recursive: true, filter: (path) => !path.endsWith('/certs') });
  const makeCertificates = () => execFileSync(join(folder, 'make-certificates.sh'), { stdio: 'ignore', timeout: 20_000 });
  makeCertificates();
  const release = await takeSamplePorts([2045, 2046, 8080, 34901, 34902]);
  const program = join(repository, 'dist/examples/http-sample/server.js');
  const application = await new Child('application', process.execPath, [program]).start(untilListening(8080, 'application'));
  t.after(() => application.stop());
  const server = await startSample(join(folder, 'server_config.json'), [2046, 34902]);
  t.after(() => server.stop());
  const client = await startSample(join(folder, 'client_config.json'), [2045, 34901]);
  t.after(() => client.stop());
  t.after(() => release());
  const trust = ['--cacert', join(folder, 'certs/ca.pem')];

  async function answers(version: string, ...args: readonly string[]): Promise<void> {
    const { status, text, heads } = await curl(...args);
    assert.equal(status, 200, text + client.output + server.output);
    assert.match(text, /^Target: \/a$/m);
    assert.ok(heads.startsWith(`HTTP/${version} 200`), heads);
  }
  await answers('1.1', 'http://localhost:2045/a');
  await answers('2', ...trust, 'https://localhost:2045/a');
  await answers('1.1', ...trust, '--http1.1', 'https://localhost:2045/a');
  await answers('2', '--http2-prior-knowledge', 'http://localhost:2045/a');
  assert.notEqual((await curl(...trust, 'https://localhost:2046/')).exitCode, 0);

  makeCertificates();
  const tookOver = (child: Child) => until(() => /took over changed certificates/.test(child.output), 'new certificates');
  await Promise.all([tookOver(client), tookOver(server)]);
  await until(async () => (await curl(...trust, 'https://localhost:2045/a')).status === 200, 'an answer under the new authority');
});
