import assert from 'node:assert/strict';
import { type FeatureStage, featureTest, HTTP } from '../../support/feature-stage.ts';

/** One backend, and the one route to it. */
async function started(stage: FeatureStage, action: object, match: object = {}): Promise<void> {
  const backend = await stage.backend();
  backend.answer = () => ({ body: 'answer', fields: { served: 'yes', secret: 'x' } });
  await stage.start({ routes: [{ match, route: { cluster_name: 'backends', ...action } }] });
}

featureTest('a header, or a variable, names the cluster', async (stage) => {
  const [red, blue] = [await stage.backend('red'), await stage.backend('blue')];
  await stage.start({
    routes: [
      { match: { headers: [{ name: 'by', value: 'header' }] }, route: { cluster_header: 'To', cluster_name: 'red' } },
      { match: {}, route: { cluster_variable: 'request_header_to' } },
    ],
    clusters: { red: { backends: [red] }, blue: { backends: [blue] } },
  });
  assert.equal((await stage.call({ fields: { by: 'header', to: 'blue' } })).body, 'blue');
  assert.equal((await stage.call({ fields: { by: 'header' } })).body, 'red');
  assert.equal((await stage.call({ fields: { to: 'red' } })).body, 'red');
  assert.equal((await stage.call({ fields: { to: 'green' } })).outcome, stage.told('unavailable'));
  assert.equal((await stage.call()).outcome, stage.told('unavailable'));
});

featureTest('clusters share requests by their weights', async (stage) => {
  const [red, blue] = [await stage.backend('red'), await stage.backend('blue')];
  const weighted = [
    { cluster: { name: 'red', weight: 75 } },
    { cluster: { name: 'blue', weight: 25 } },
    { cluster: { name: 'none', weight: 0 } },
  ];
  await stage.start({
    routes: [{ match: {}, route: { weighted_clusters: weighted } }],
    clusters: { red: { backends: [red] }, blue: { backends: [blue] }, none: { backends: [] } },
  });
  await Promise.all(Array.from({ length: 200 }, () => stage.call()));
  assert.equal(red.seen.length + blue.seen.length, 200);
  // Outside of this once in some millions of runs.
  assert.ok(blue.seen.length > 20 && blue.seen.length < 84, String(blue.seen.length));
});

featureTest('the cluster is chosen once for a request, however often it is tried', async (stage) => {
  const [red, blue] = [await stage.backend('red'), await stage.backend('blue')];
  for (const backend of [red, blue]) backend.answer = () => ({ status: 503 });
  const weighted_clusters = [{ cluster: { name: 'red', weight: 1 } }, { cluster: { name: 'blue', weight: 1 } }];
  const retry_policy = { retry_on: true, num_retries: 2, idempotent: true };
  await stage.start({
    routes: [{ match: {}, route: { weighted_clusters, retry_policy } }],
    clusters: { red: { backends: [red, red] }, blue: { backends: [blue, blue] } },
  });
  await Promise.all(Array.from({ length: 20 }, (_, index) => stage.call({ fields: { number: String(index) } })));
  assert.ok(red.seen.length > 0 && blue.seen.length > 0 && red.seen.length + blue.seen.length > 20);
  const numbers = (seen: typeof red.seen) => new Set(seen.map(({ fields }) => fields['number']));
  const [byRed, byBlue] = [numbers(red.seen), numbers(blue.seen)];
  assert.equal(byRed.size + byBlue.size, 20);
});

featureTest('a prefix gives way, and the path that was asked for stays in a header', async (stage) => {
  await started(stage, { prefix_rewrite: '/v2' }, { prefix: '/api' });
  await stage.call({ path: '/api/users' });
  const [backend] = stage.backends;
  assert.equal(backend?.last.path, '/v2/users');
  assert.equal(backend?.last.fields['x-mosn-original-path'], '/api/users');
});

featureTest(
  'nobody climbs out of what takes the place of a prefix',
  async (stage) => {
    await stage.backend();
    await stage.start({
      routes: [
        { match: { prefix: '/admin' }, direct_response: { status: 403 } },
        { match: { prefix: '/' }, route: { cluster_name: 'backends', prefix_rewrite: '/public/' } },
      ],
    });
    for (const path of ['/../files', '/x/%2e%2e/files', '/x/..%2ffiles']) await stage.call({ path });
    assert.deepEqual(
      stage.backends[0]!.seen.map(({ path }) => path),
      Array.from({ length: 3 }, () => '/public/files'),
    );
    assert.equal((await stage.call({ path: '/x/../admin' })).status, 403);
  },
  HTTP,
);

featureTest(
  'filters and hosts may be given the one spelling of a path',
  async (stage) => {
    const backend = await stage.backend();
    const paths = async (...asked: readonly string[]) => {
      const before = backend.seen.length;
      for (const path of asked) await stage.call({ path });
      return backend.seen.slice(before).map(({ path }) => path);
    };
    const asked = ['/%61/../b//c%20d?e=/../f', '/b/c', '/x%2Fy'];
    await stage.start();
    assert.deepEqual(await paths(...asked), asked);
    await stage.reconfigure({ proxy: { normalize_path: true } });
    assert.deepEqual(await paths(...asked), ['/b/c%20d?e=/../f', '/b/c', '/x/y']);
  },
  HTTP,
);

featureTest('what an expression finds in the path gives way', async (stage) => {
  const pattern = { regex: '^/(\\w+)/(\\w+)' };
  await started(stage, { regex_rewrite: { pattern, substitution: '/\\2/$1' } });
  await stage.call({ path: '/one/two/three' });
  assert.equal(stage.backends[0]?.last.path, '/two/one/three');
});

featureTest('the authority gives way to a text, or to a header; for calls it is the group', async (stage) => {
  const backend = await stage.backend();
  await stage.start({
    routes: [
      { match: { headers: [{ name: 'to', present_match: true }] }, route: { cluster_name: 'backends', auto_host_rewrite_header: 'to' } },
      { match: {}, route: { cluster_name: 'backends', host_rewrite: 'b.test' } },
    ],
  });
  await stage.call({ authority: 'a.test' });
  assert.equal(backend.last.authority, 'b.test');
  await stage.call({ authority: 'a.test', fields: { to: 'c.test' } });
  assert.equal(backend.last.authority, 'c.test');
});

featureTest(
  'the name of the host that was chosen takes the place of the authority',
  async (stage) => {
    const backend = await stage.backend();
    await stage.start({
      routes: [{ match: {}, route: { cluster_name: 'backends', auto_host_rewrite: true } }],
      clusters: { backends: { type: 'STRICT_DNS', hosts: [{ address: `localhost:${backend.port}` }] } },
    });
    await stage.call({ authority: 'a.test' });
    assert.equal(backend.last.authority, 'localhost');
  },
  HTTP,
);

const addition = (key: string, value: string, append?: boolean) => ({
  header: { key, value },
  ...(append === undefined ? {} : { append }),
});

featureTest('headers are added, appended and removed by route, virtual host and router, in that order', async (stage) => {
  const backend = await stage.backend();
  backend.answer = () => ({ body: 'answer', fields: { served: 'yes', secret: 'x' } });
  const changes = (level: string) => ({
    request_headers_to_add: [addition('level', level), addition('last', level, false), addition('only-request', level)],
    request_headers_to_remove: [`remove-${level}`],
    response_headers_to_add: [addition('level', level), addition('served', level, false)],
    response_headers_to_remove: level === 'router' ? ['secret'] : [],
  });
  await stage.start({
    routes: [{ match: {}, route: { cluster_name: 'backends', ...changes('route') } }],
    virtualHost: changes('host'),
    router: changes('router'),
  });
  const fields = { level: 'client', last: 'client', 'remove-route': 'x', 'remove-host': 'x', 'remove-router': 'x', stays: 'x' };
  const answer = await stage.call({ fields });
  const { last } = backend;
  assert.equal(last.fields['level'], 'client, route, host, router');
  assert.equal(last.fields['last'], 'router');
  assert.equal(last.fields['stays'], 'x');
  for (const level of ['route', 'host', 'router']) assert.equal(last.fields[`remove-${level}`], undefined);
  assert.equal(answer.fields['level'], 'route, host, router');
  assert.equal(answer.fields['served'], 'router');
  assert.equal(answer.fields['secret'], undefined);
  assert.equal(answer.fields['only-request'], undefined);
});

featureTest("headers hold variables, by MOSN's names and by Envoy's", async (stage) => {
  await started(stage, {
    request_headers_to_add: [
      addition('from', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%'),
      addition('spoken', 'in %PROTOCOL% to %upstream_cluster%'),
      addition('tenant', '%REQ(x-tenant?x-other)%'),
      addition('plain', '100%'),
    ],
    response_headers_to_add: [addition('served-by', '%UPSTREAM_HOST%'), addition('status', '%response_code%')],
  });
  const answer = await stage.call({ fields: { 'x-other': 'blue' } });
  const [backend] = stage.backends;
  const protocol = stage.proxy.protocols.get(stage.protocol)?.name;
  assert.equal(backend?.last.fields['from'], '127.0.0.1');
  assert.equal(backend?.last.fields['spoken'], `in ${protocol} to backends`);
  assert.equal(backend?.last.fields['tenant'], 'blue');
  assert.equal(backend?.last.fields['plain'], '100%');
  assert.equal(answer.fields['served-by'], backend?.address);
  assert.equal(answer.fields['status'], '200');
});

featureTest('a route answers by itself, and nobody is asked', async (stage) => {
  const backend = await stage.backend();
  await stage.start({
    routes: [
      { match: { path: '/teapot' }, direct_response: { status: 404, body: 'no tea' } },
      { match: {}, direct_response: { status: 200, body: 'here' } },
    ],
    virtualHost: { response_headers_to_add: [addition('level', 'host')] },
  });
  const teapot = await stage.call({ path: '/teapot' });
  assert.deepEqual([teapot.outcome, teapot.body], ['not-found', 'no tea']);
  const here = await stage.call();
  assert.deepEqual([here.outcome, here.body, here.fields['level']], ['ok', 'here', 'host']);
  assert.equal(backend.seen.length, 0);
});

featureTest(
  'an answer without a body says nothing of one',
  async (stage) => {
    await stage.start({
      routes: [
        { match: { path: '/nothing' }, direct_response: { status: 204 } },
        { match: {}, direct_response: { status: 403 } },
      ],
    });
    const nothing = await stage.call({ path: '/nothing' });
    assert.deepEqual([nothing.status, nothing.fields['content-length'], nothing.fields['content-type']], [204, undefined, undefined]);
    const denied = await stage.call();
    assert.deepEqual([denied.status, denied.fields['content-length'], denied.fields['content-type']], [403, '0', undefined]);
  },
  HTTP,
);

featureTest(
  'clients are sent elsewhere',
  async (stage) => {
    const redirects: readonly (readonly [redirect: object, location: string])[] = [
      [{ https_redirect: true }, 'https://a.test/old/x?q=1'],
      [{ scheme_redirect: 'HTTPS', port_redirect: 8443 }, 'https://a.test:8443/old/x?q=1'],
      [{ host_redirect: 'b.test', strip_query: true }, 'http://b.test/old/x'],
      [{ path_redirect: '/new' }, 'http://a.test/new?q=1'],
      [{ path_redirect: '/new?other' }, 'http://a.test/new?other'],
      [{ prefix_rewrite: '/new' }, 'http://a.test/new/x?q=1'],
      [{ regex_rewrite: { pattern: { regex: '/(\\w+)$' }, substitution: '/\\1/\\1' } }, 'http://a.test/old/x/x?q=1'],
    ];
    await stage.start({
      routes: redirects.map(([redirect], index) => ({
        match: { prefix: '/old', headers: [{ name: 'which', value: String(index) }] },
        redirect: { response_code: 308, ...redirect },
      })),
    });
    for (const [index, [, location]] of redirects.entries()) {
      const { status, fields } = await stage.call({ authority: 'a.test', path: '/old/x?q=1', fields: { which: String(index) } });
      assert.deepEqual([status, fields['location']], [308, location]);
    }
  },
  HTTP,
);

featureTest(
  'a redirect fails for a protocol that has no URIs',
  async (stage) => {
    await stage.start({ routes: [{ match: {}, redirect: { host_redirect: 'b.test' } }] });
    const { outcome, body } = await stage.call();
    assert.equal(outcome, 'failed');
    assert.match(body, /cannot follow/);
  },
  ['dubbo'],
);

featureTest(
  'a route says which protocol its cluster speaks',
  async (stage) => {
    const other = stage.protocol === 'http1' ? 'http2' : 'http1';
    const [same, changed] = [await stage.backend('same'), await stage.backend('changed', undefined, other)];
    await stage.start({
      routes: [
        { match: { prefix: '/auto' }, route: { cluster_name: 'same', upstream_protocol: 'Auto' } },
        { match: { prefix: '/other' }, route: { cluster_name: 'changed', upstream_protocol: other } },
      ],
      clusters: { same: { backends: [same] }, changed: { backends: [changed] } },
    });
    assert.equal((await stage.call({ path: '/auto' })).body, 'same');
    assert.equal((await stage.call({ path: '/other' })).body, 'changed');
  },
  HTTP,
);
