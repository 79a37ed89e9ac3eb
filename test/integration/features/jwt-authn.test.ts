import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { FeatureStage, featureTest } from '../../support/feature-stage.ts';

const { publicKey, privateKey } = await generateKeyPair('RS256');
const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] });
const token = await new SignJWT({ sub: 'me' })
  .setProtectedHeader({ alg: 'RS256', kid: 'k' })
  .setIssuer('issuer')
  .setExpirationTime('1h')
  .sign(privateKey);

const jwt = (provider: object) => ({
  type: 'jwt_authn',
  config: { providers: { issuer: { issuer: 'issuer', ...provider } }, rules: [{ requires: { provider_name: 'issuer' } }] },
});

featureTest('requests come in with a token and not without', async (stage) => {
  const backend = await stage.backend();
  await stage.start({ streamFilters: [jwt({ local_jwks: { inline_string: jwks }, forward_payload_header: 'x-payload' })] });
  const refused = await stage.call();
  assert.deepEqual([refused.outcome, refused.body], [stage.told('denied'), 'a token is missing']);
  assert.equal((await stage.call({ fields: { authorization: `Bearer ${token}x` } })).outcome, stage.told('denied'));
  assert.equal(backend.seen.length, 0);
  assert.equal((await stage.call({ fields: { authorization: `Bearer ${token}` } })).body, 'backend');
  assert.deepEqual(
    [backend.seen[0]?.fields['authorization'], JSON.parse(Buffer.from(backend.seen[0]!.fields['x-payload']!, 'base64url').toString()).sub],
    [undefined, 'me'],
  );
});

featureTest('keys are fetched from a cluster by HTTP, whatever the protocol of the clients', async (stage) => {
  const backend = await stage.backend();
  const keys = await stage.backend('keys', () => ({ body: jwks }), 'http1');
  await stage.start({
    clusters: { backends: { backends: [backend] }, keys: { backends: [keys] } },
    streamFilters: [jwt({ remote_jwks: { http_uri: { uri: 'https://issuer.example/keys', cluster: 'keys' } } })],
  });
  const answers = await Promise.all([1, 2, 3].map(() => stage.call({ fields: { authorization: `Bearer ${token}` } })));
  assert.deepEqual(
    answers.map(({ body }) => body),
    ['backend', 'backend', 'backend'],
  );
  assert.deepEqual(
    keys.seen.map(({ path, authority }) => [path, authority]),
    [['/keys', 'issuer.example']],
  );
});

test("MOSN's sample of the filter lets in who brings no token, and nobody with a bad one", async () => {
  const stage = new FeatureStage('http1');
  try {
    await stage.backend();
    const config = {
      providers: { 'origins-0': { issuer: 'issuer', localJwks: { inlineString: jwks } } },
      rules: [
        {
          match: { prefix: '/' },
          requires: { requiresAny: { requirements: [{ providerName: 'origins-0' }, { allowMissing: {} }] } },
        },
      ],
    };
    await stage.start({ streamFilters: [{ type: 'jwt_authn', config }] });
    assert.equal((await stage.call()).status, 200);
    assert.equal((await stage.call({ fields: { authorization: `Bearer ${token}` } })).status, 200);
    assert.equal((await stage.call({ fields: { authorization: 'Bearer a.b.c' } })).status, 401);
  } finally {
    await stage.close();
  }
});
