import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { CertificateAuthority } from '../../support/certificates.ts';
import { temporaryFolder } from '../../support/configuration.ts';
import { within } from '../../support/deadline.ts';
import { featureTest, HTTP } from '../../support/feature-stage.ts';

const folder = temporaryFolder('tls-features');
const { certificate, key } = new CertificateAuthority(folder).issue('server');

featureTest(
  'a virtual host may want TLS: who comes without is sent to where there is some',
  async (stage) => {
    const backend = await stage.backend('secret');
    await stage.start({ virtualHost: { require_tls: 'ALL' } });
    const { status, fields } = await stage.call({ authority: 'a.test', path: '/x?y=1' });
    assert.deepEqual([status, fields['location']], [301, 'https://a.test/x?y=1']);
    assert.equal(backend.seen.length, 0);
  },
  HTTP,
);

featureTest(
  'a call that comes to such a virtual host without TLS is refused',
  async (stage) => {
    const backend = await stage.backend('secret');
    await stage.start({ virtualHost: { require_tls: 'ALL' } });
    assert.equal((await stage.call()).outcome, 'failed');
    assert.equal(backend.seen.length, 0);
  },
  ['dubbo'],
);

featureTest(
  'who comes with TLS gets what the routes say, and is known by the name that he asked for',
  async (stage) => {
    const backend = await stage.backend('secret');
    const request_headers_to_add = [
      { header: { key: 'x-asked-for', value: '%requested_server_name%' } },
      { header: { key: 'x-came-by', value: '%listener_name%' } },
    ];
    await stage.start({
      virtualHost: { require_tls: 'ALL', request_headers_to_add },
      listener: { inspector: true },
      chain: { tls_context: { status: true, cert_chain: certificate, private_key: key } },
    });
    assert.equal((await stage.call()).status, 301);
    const asked = request({ port: stage.port, host: '127.0.0.1', servername: 'shop.test', rejectUnauthorized: false, agent: false }).end();
    const [answer] = (await within(once(asked, 'response'), 'a response')) as [IncomingMessage];
    assert.deepEqual([answer.statusCode, await text(answer)], [200, 'secret']);
    const { fields } = backend.seen[0]!;
    assert.deepEqual([fields['x-asked-for'], fields['x-came-by']], ['shop.test', 'listener']);
  },
  ['http1'],
);
