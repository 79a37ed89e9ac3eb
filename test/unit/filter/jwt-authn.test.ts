import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AnswerHandler, Ask, OwnRequest } from '../../../src/filter/ask.ts';
import jwtAuthn from '../../../src/filter/builtin/jwt-authn/index.ts';
import { keySetOf } from '../../../src/filter/builtin/jwt-authn/key-set.ts';
import { FAILURE_PAUSE_MS, MAX_KEY_SET_BYTES, NEW_KEYS_PAUSE_MS } from '../../../src/filter/builtin/jwt-authn/key-source.ts';
import { VerifiedTokens } from '../../../src/filter/builtin/jwt-authn/verified-tokens.ts';
import { LocalResponse } from '../../../src/protocol/local-response.ts';
import { faultOf, type Scene, took } from '../proxy/scripted.ts';
import { filterStage, problemsOf, type StageOptions } from './filter-stage.ts';

async function issuer(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  const sign = (claims: Record<string, unknown> = {}, expires = '1h', key = kid) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: key })
      .setIssuer('https://issuer')
      .setExpirationTime(expires)
      .sign(privateKey);
  return { jwks: JSON.stringify({ keys: [jwk] }), sign };
}

const known = await issuer('known');
const stranger = await issuer('known');

const provider = (more: object = {}) => ({ issuer: 'https://issuer', local_jwks: { inline_string: known.jwks }, ...more });
const needs = (requires: object, more: object = {}) => ({ providers: { one: provider(more) }, rules: [{ requires }] });
const ONE = { provider_name: 'one' };

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What comes of a request, once its token has been looked at. */
async function judged(scene: Scene): Promise<Scene> {
  while (scene.journal.length === 0) await new Promise(setImmediate);
  return scene;
}

async function statusOf(settings: object, request: { fields?: Record<string, string>; path?: string } = {}): Promise<number> {
  const { fields = {}, path = '/' } = request;
  const { exchange } = await judged(filterStage(jwtAuthn, settings).request({ fields, head: { path } }));
  return exchange.response?.status ?? 200;
}

test('a request with a token of the issuer passes, and the token stays here', async () => {
  const { journal, exchange } = await judged(filterStage(jwtAuthn, needs(ONE)).request({ fields: bearer(await known.sign()) }));
  assert.deepEqual(took(journal), ['a head GET / end']);
  assert.equal(exchange.request.fields.has('authorization'), false);
});

test('a token that is to be forwarded is', async () => {
  const token = await known.sign();
  const { exchange } = await judged(filterStage(jwtAuthn, needs(ONE, { forward: true })).request({ fields: bearer(token) }));
  assert.equal(exchange.request.fields.get('authorization'), `Bearer ${token}`);
});

test('a request without a token is told to bring one, and of no error (RFC 6750 section 3)', async () => {
  const { journal, exchange } = await judged(filterStage(jwtAuthn, needs(ONE)).request({ fields: { authorization: 'Basic abc' } }));
  assert.deepEqual(took(journal), ['client head 401', 'client data "a token is missing" end']);
  assert.equal(exchange.response?.fields.get('www-authenticate'), 'Bearer');
});

test('tokens that are forged, broken, unsigned, old, early or of somebody else are refused', async () => {
  const good = await known.sign();
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${good.split('.')[1]}.`;
  const symmetric = await new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', kid: 'known' })
    .setIssuer('https://issuer')
    .sign(Buffer.from(known.jwks));
  const other = needs(ONE, { issuer: 'https://other' });
  const refused: readonly (readonly [what: string, token: string, settings?: object])[] = [
    ['forged', await stranger.sign()],
    ['changed', good.replace(/\.[^.]+\./, `.${Buffer.from('{"iss":"https://issuer"}').toString('base64url')}.`)],
    ['broken', 'a.b'],
    ['empty', ''],
    ['unsigned', none],
    ['signed with the public key as if it were a secret', symmetric],
    ['old', await known.sign({}, '-2m')],
    ['early', await known.sign({ nbf: Math.floor(Date.now() / 1000) + 120 })],
    ['of another issuer', good, other],
    ['of a key that nobody knows', await known.sign({}, '1h', 'unknown')],
  ];
  for (const [what, token, settings = needs(ONE)] of refused) assert.equal(await statusOf(settings, { fields: bearer(token) }), 401, what);
});

test('clocks may differ by so many seconds', async () => {
  const fields = bearer(await known.sign({}, '-30s'));
  assert.equal(await statusOf(needs(ONE), { fields }), 200);
  assert.equal(await statusOf(needs(ONE, { clock_skew_seconds: 10 }), { fields }), 401);
});

test('a token must be for one of the audiences, which a rule may narrow; another is not allowed', async () => {
  const audiences = { audiences: ['a', 'b'] };
  const fields = bearer(await known.sign({ aud: 'b' }));
  assert.equal(await statusOf(needs(ONE, audiences), { fields }), 200);
  assert.equal(await statusOf(needs(ONE, { audiences: ['c'] }), { fields }), 403);
  const narrowed = { provider_and_audiences: { provider_name: 'one', audiences: ['a'] } };
  assert.equal(await statusOf(needs(narrowed, audiences), { fields }), 403);
});

test('a token may be in the query, or wherever the provider says, and is taken away from there', async () => {
  const token = await known.sign();
  const path = `/a?x=1&access_token=${token}&y=%20`;
  const { exchange } = await judged(filterStage(jwtAuthn, needs(ONE)).request({ head: { path } }));
  assert.equal(exchange.request.path, '/a?x=1&y=%20');
  const own = needs(ONE, { from_headers: [{ name: 'X-Token', value_prefix: 'T ' }], from_params: ['t'] });
  assert.equal(await statusOf(own, { fields: { 'x-token': `T ${token}` } }), 200);
  assert.equal(await statusOf(own, { path: `/?t=${token}` }), 200);
  assert.equal(await statusOf(own, { fields: bearer(token) }), 401);
});

test('of two tokens both must be good, for the upstream may look at the other one', async () => {
  const [good, bad] = [await known.sign(), await stranger.sign()];
  assert.equal(await statusOf(needs(ONE), { fields: bearer(good), path: `/?access_token=${bad}` }), 401);
});

test('the upstream is told what the token says, and never what a client says in its place', async () => {
  const settings = needs({ requires_any: { requirements: [ONE, { allow_missing: {} }] } }, { forward_payload_header: 'X-Payload' });
  const token = await known.sign({ sub: 'me' });
  const stage = filterStage(jwtAuthn, settings);
  const told = await judged(stage.request({ fields: { ...bearer(token), 'x-payload': 'forged' } }));
  assert.equal(JSON.parse(Buffer.from(told.exchange.request.fields.get('x-payload')!, 'base64url').toString()).sub, 'me');
  const silent = await judged(stage.request({ fields: { 'x-payload': 'forged' } }));
  assert.equal(silent.exchange.request.fields.has('x-payload'), false);
});

test('any of several, all of several, and tokens that may be missing or bad', async () => {
  const two = {
    one: provider({ audiences: ['a'] }),
    two: provider({ issuer: 'https://issuer', local_jwks: { inline_string: stranger.jwks }, from_headers: [{ name: 'second' }] }),
  };
  const TWO = { providerName: 'two' };
  const status = (requires: object, fields: Record<string, string>) => statusOf({ providers: two, rules: [{ requires }] }, { fields });
  const [first, second, bad] = [bearer(await known.sign({ aud: 'a' })), { second: await stranger.sign() }, { second: await known.sign() }];
  const any = { requiresAny: { requirements: [ONE, TWO] } };
  const all = { requires_all: { requirements: [ONE, TWO] } };
  assert.deepEqual(
    [await status(any, first), await status(any, second), await status(any, bad), await status(any, {})],
    [200, 200, 401, 401],
  );
  assert.deepEqual(
    [await status(all, { ...first, ...second }), await status(all, first), await status(all, { ...first, ...bad })],
    [200, 401, 401],
  );
  const lax = { requires_any: { requirements: [TWO, { allowMissingOrFailed: {} }] } };
  const missing = { requires_any: { requirements: [TWO, { allowMissing: {} }] } };
  assert.deepEqual([await status(lax, bad), await status(missing, {}), await status(missing, bad)], [200, 200, 401]);
  assert.deepEqual([await status({ allow_missing: {} }, {}), await status({ allow_missing: {} }, bad)], [200, 401]);
});

test('the first rule that is for a request counts; one that none is for, or that requires nothing, needs no token', async () => {
  const rules = [
    { match: { path: '/health' } },
    { match: { prefix: '/api', headers: [{ name: 'x-user', value: 'guest' }] } },
    { match: { safe_regex: { regex: '/(api|admin)/.*' } }, requires: ONE },
  ];
  const status = (path: string, fields = {}) => statusOf({ providers: { one: provider() }, rules }, { path, fields });
  assert.deepEqual(
    [await status('/health?a=/api'), await status('/api/x', { 'x-user': 'guest' }), await status('/other')],
    [200, 200, 200],
  );
  assert.deepEqual([await status('/api/x'), await status('/admin/x?y')], [401, 401]);
  for (const another of ['/%61dmin/x', '//admin/x', '/health/../admin/x', '/x\\..\\admin/x']) {
    assert.equal(await status(another), 401, `${another} takes the route of /admin/x`);
  }
});

test('a route may have rules of its own', async () => {
  const options: StageOptions = { ofRoute: { providers: {}, rules: [] } };
  const { journal } = await judged(filterStage(jwtAuthn, needs(ONE), options).request());
  assert.deepEqual(took(journal), ['a head GET / end']);
});

test('preflights need no token where that is said', async () => {
  const fields = { origin: 'https://a', 'access-control-request-method': 'PUT' };
  const preflight = async (settings: object) => {
    const { exchange } = await judged(filterStage(jwtAuthn, settings).request({ fields, head: { method: 'OPTIONS' } }));
    return exchange.response?.status ?? 200;
  };
  assert.equal(await preflight({ ...needs(ONE), bypass_cors_preflight: true }), 200);
  assert.equal(await preflight(needs(ONE)), 401);
});

test('a client that leaves meanwhile is answered nothing', async () => {
  const { journal, exchange } = filterStage(jwtAuthn, needs(ONE)).request({ fields: bearer(await known.sign()) });
  exchange.onReset(faultOf('closed', 'maybe', 'downstream'));
  for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate);
  assert.deepEqual(took(journal), []);
});

/** Keys that somebody else has, and what was asked for them. */
function remote() {
  const asked: { request: OwnRequest; cluster: string; handler: AnswerHandler; cancelled: boolean }[] = [];
  const ask: Ask = (cluster, request, handler) => {
    const entry = { request, cluster, handler, cancelled: false };
    asked.push(entry);
    return {
      cancel() {
        entry.cancelled = true;
      },
    };
  };
  const settings = {
    providers: { one: { remote_jwks: { http_uri: { uri: 'https://keys.example/certs?v=1', cluster: 'keys' }, cache_duration: '60s' } } },
    rules: [{ requires: ONE }],
  };
  const stage = filterStage(jwtAuthn, settings, { surroundings: { ask } });
  const answer = (text: string, status = 200) => {
    const { handler } = asked.at(-1)!;
    handler.onHead(new LocalResponse(status), false);
    handler.onData(Buffer.from(text), true);
  };
  return { asked, answer, ...stage };
}

test('keys are fetched when they are needed, once for all who wait, and kept', async () => {
  const { asked, answer, request, timers } = remote();
  const fields = bearer(await known.sign());
  const waiting = [request({ fields }), request({ fields })];
  await new Promise(setImmediate);
  assert.equal(asked.length, 1);
  const { cluster, request: own } = asked[0]!;
  assert.deepEqual(
    [cluster, own.head.method, own.head.authority, own.head.path, own.limitMs],
    ['keys', 'GET', 'keys.example', '/certs?v=1', 5000],
  );
  assert.deepEqual(
    waiting.flatMap(({ journal }) => took(journal)),
    [],
  );
  answer(known.jwks);
  for (const scene of waiting) assert.deepEqual(took((await judged(scene)).journal), ['a head GET / end']);
  timers.advance(59_999);
  await judged(request({ fields }));
  assert.equal(asked.length, 1);
  timers.advance(1);
  request({ fields });
  await new Promise(setImmediate);
  assert.equal(asked.length, 2);
});

test('without keys requests are refused as such that may be tried again, and nobody is asked for each of them', async () => {
  const { asked, request, timers } = remote();
  const fields = bearer(await known.sign());
  const first = request({ fields });
  await new Promise(setImmediate);
  asked[0]!.handler.onFault(faultOf('connect-failed'));
  assert.equal((await judged(first)).exchange.response?.status, 503);
  assert.equal((await judged(request({ fields }))).exchange.response?.status, 503);
  assert.equal(asked.length, 1);
  timers.advance(FAILURE_PAUSE_MS);
  request({ fields });
  await new Promise(setImmediate);
  assert.equal(asked.length, 2);
});

test('an answer that is no set of keys, of another status, or too large is none', async () => {
  const answers: readonly ((stage: ReturnType<typeof remote>) => void)[] = [
    ({ answer }) => answer('{}'),
    ({ answer }) => answer(known.jwks, 500),
    ({ asked }) => asked[0]!.handler.onHead(new LocalResponse(200), true),
    ({ asked }) => {
      asked[0]!.handler.onHead(new LocalResponse(200), false);
      asked[0]!.handler.onData(Buffer.alloc(MAX_KEY_SET_BYTES), false);
      assert.equal(asked[0]!.cancelled, false);
      asked[0]!.handler.onData(Buffer.alloc(1), false);
      assert.equal(asked[0]!.cancelled, true);
    },
  ];
  for (const reply of answers) {
    const stage = remote();
    const scene = stage.request({ fields: bearer(await known.sign()) });
    await new Promise(setImmediate);
    reply(stage);
    assert.equal((await judged(scene)).exchange.response?.status, 503);
  }
});

test('a token of a key that is not there is looked for among newer keys, now and then', async () => {
  const { asked, answer, request, timers } = remote();
  const next = await issuer('next');
  const before = request({ fields: bearer(await known.sign()) });
  await new Promise(setImmediate);
  answer(known.jwks);
  await judged(before);
  const fields = bearer(await next.sign());
  assert.equal((await judged(request({ fields }))).exchange.response?.status, 401);
  timers.advance(NEW_KEYS_PAUSE_MS);
  const scene = request({ fields });
  while (asked.length < 2) await new Promise(setImmediate);
  answer(next.jwks);
  assert.deepEqual(took((await judged(scene)).journal), ['a head GET / end']);
});

test('a genuine token is remembered while it holds, the keys are the same, and it is for the same audiences', async () => {
  const { jwks } = known;
  const [keys, others] = [keySetOf(jwks), keySetOf(jwks)];
  assert.ok(typeof keys !== 'string' && typeof others !== 'string');
  const mine: readonly string[] = [];
  const tokens = new VerifiedTokens(2);
  tokens.add('a', keys, mine, 1000);
  assert.deepEqual(
    [tokens.has('a', keys, mine, 999), tokens.has('a', keys, ['b'], 999), tokens.has('b', keys, mine, 0)],
    [true, false, false],
  );
  assert.equal(tokens.has('a', keys, mine, 1000), false);
  tokens.add('a', keys, mine, 1000);
  assert.deepEqual([tokens.has('a', others, mine, 0), tokens.has('a', keys, mine, 0)], [false, false]);
  for (const token of ['a', 'b']) tokens.add(token, keys, mine, 1000);
  tokens.has('a', keys, mine, 0);
  tokens.add('c', keys, mine, 1000);
  assert.deepEqual(
    ['a', 'b', 'c'].map((token) => tokens.has(token, keys, mine, 0)),
    [true, false, true],
  );
});

test('with a cache a token passes again, and one like it does not', async () => {
  const stage = filterStage(jwtAuthn, needs(ONE, { jwt_cache_config: { jwt_cache_size: 10 }, clock_skew_seconds: 0 }));
  const fields = bearer(await known.sign({}, '1h'));
  for (let times = 0; times < 2; times++) assert.deepEqual(took((await judged(stage.request({ fields }))).journal), ['a head GET / end']);
  const { exchange } = await judged(stage.request({ fields: bearer(`${fields.authorization.slice(7)}x`) }));
  assert.equal(exchange.response?.status, 401);
});

test('settings that cannot be met are errors with their place', () => {
  const problem = (settings: object) => problemsOf(jwtAuthn.settings, settings)[0];
  assert.match(problem({ rules: [{ requires: ONE }] })!, /^error: rules\[0\]\.requires: names no provider: there is none called "one"/);
  assert.match(problem({ providers: { one: {} } })!, /^error: providers\.one: must have either `local_jwks` or `remote_jwks`/);
  assert.match(
    problem({ providers: { one: { localJwks: { inlineString: '{' } } } })!,
    /local_?[jJ]wks\.inline_?[sS]tring: is no set of keys/,
  );
  assert.match(problem({ providers: { one: { local_jwks: { filename: '/nowhere' } } } })!, /filename: cannot be read/);
  assert.match(problem({ rules: [{ requires: { requires_some: {} } }] })!, /requires_some: is nothing that can be required/);
  assert.match(problem({ rules: [{ requires: { requires_any: {} } }] })!, /requires_any: must have a list of `requirements`/);
  assert.match(problem({ rules: [{ requires: {} }] })!, /must be an object with one key/);
  const uri = { remote_jwks: { http_uri: { uri: 'nowhere', cluster: 'a' } } };
  assert.match(problem({ providers: { one: uri } })!, /uri: is no URI: "nowhere"/);
});
