import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optional } from '../../../src/base/schema/fields.ts';
import { object } from '../../../src/base/schema/object.ts';
import { secretText, text } from '../../../src/base/schema/scalars.ts';
import { REDACTED, redact } from '../../../src/config/index.ts';
import { catalogue } from '../../support/catalogue.ts';
import { edited, PATHS } from '../../support/checked.ts';

const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n';

const shown = (document: unknown, from = catalogue()) => JSON.stringify(redact(document, from));

test('what is no secret stays as it is, in its order', () => {
  assert.equal(shown(edited()), JSON.stringify(edited()));
});

test('the document itself is not changed', () => {
  const document = edited([`${PATHS.cluster}.tls_context`, { private_key: KEY }]);
  const before = structuredClone(document);
  redact(document, catalogue());
  assert.deepEqual(document, before);
});

test('what the schema calls secret is not shown, whatever the case of its key', () => {
  const document = edited(
    [`${PATHS.chain}.tls_context`, { Private_Key: 'key.pem', ticket: 'hush-1', cert_chain: 'cert.pem' }],
    [`${PATHS.chain}.tls_context_set`, [{ private_key: 'hush-2' }]],
    [`${PATHS.cluster}.TLS_CONTEXT`, { private_key: 'hush-3' }],
    ['tracing', { config: { authentication: 'hush-4' } }],
  );
  const text = shown(document);
  assert.ok(!/hush|key\.pem/.test(text), text);
  assert.ok(text.includes('cert.pem'));
  assert.equal(text.split(REDACTED).length, 6);
});

test('a filter of its own says what is secret in it', () => {
  const schema = object('Door', 'A door.', { lock: optional(secretText(), 'The combination.'), colour: optional(text(), 'The colour.') });
  const document = edited([`${PATHS.listener}.stream_filters`, [{ type: 'door', config: { lock: '1234', colour: 'red' } }]]);
  const from = catalogue({ streamFilters: new Map([['door', schema]]) });
  assert.match(shown(document, from), /"config":\{"lock":"\[redacted\]","colour":"red"\}/);
});

test('what no schema knows is judged by its name', () => {
  const config = {
    password: 'hush',
    clientSecret: 'hush',
    access_token: ['hush', 'hush'],
    api_key: 12345,
    inlineString: 'hush',
    credentials: { user: 'ada', passphrase: 'hush' },
    max_tokens: null,
    use_token: true,
    colour: 'red',
  };
  const document = edited(
    [`${PATHS.listener}.stream_filters`, [{ type: 'unknown', config }]],
    ['unknown', config],
    ['extends', [{ type: 'x', config }]],
  );
  const text = shown(document);
  assert.ok(!/hush|12345/.test(text), text);
  assert.equal(text.match(/"colour":"red"/g)?.length, 3);
  assert.equal(text.match(/"user":"ada"/g)?.length, 3);
  assert.equal(text.match(/"use_token":true/g)?.length, 3);
});

test('a private key is not shown wherever it stands, nor a password in an address', () => {
  const text = shown(edited(['anything', [KEY, { deep: `x${KEY}` }]], ['pid', 'http://ada:hush@example.org/?a=b']));
  assert.ok(!/MIIE|hush/.test(text), text);
  assert.ok(text.includes(`http://ada:${REDACTED}@example.org/?a=b`));
});

test('the values of headers that carry secrets are not shown', () => {
  const header = (key: string) => ({ header: { key, value: 'hush' } });
  const document = edited(
    [`${PATHS.route}.route.request_headers_to_add`, ['Authorization', 'Cookie', 'x-api-key', 'X-Auth-Token'].map(header)],
    [`${PATHS.route}.match.headers`, [{ name: 'authorization', value: 'hush' }]],
    [`${PATHS.virtualHost}.request_headers_to_add`, [{ header: { key: 'x-plain', value: 'seen' } }]],
  );
  const text = shown(document);
  assert.ok(!text.includes('hush'), text);
  assert.ok(text.includes('seen'));
});

test('nothing is shown of what goes round in a circle, or deeper than any configuration', () => {
  const circle: { inner?: unknown } = {};
  circle.inner = circle;
  assert.ok(shown(circle).includes(REDACTED));
});
