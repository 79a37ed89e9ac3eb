import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildRouter } from '../../../src/router/build-router.ts';
import { httpHead } from './heads.ts';

/** The first of the domains that answers for an authority, as the router tells it. */
function answering(domains: readonly string[], authority: string): string | undefined {
  const router = buildRouter(domains.map((domain) => ({ domains: [domain], routes: [{ match: { prefix: '/' }, value: domain }] })));
  return router.match(httpHead(authority, '/'));
}

test('an exact domain answers for its very name, whatever the case of the letters', () => {
  assert.equal(answering(['www.example.com', '*'], 'www.example.com'), 'www.example.com');
  assert.equal(answering(['www.Example.com', '*'], 'WWW.example.COM'), 'www.Example.com');
  assert.equal(answering(['www.example.com', '*'], 'example.com'), '*');
});

test('where the only domain is the default, nobody asks for the authority', () => {
  const router = buildRouter([{ domains: ['*'], routes: [{ match: { prefix: '/' }, value: 'found' }] }]);
  const head = httpHead('', '/');
  Object.defineProperty(head, 'authority', { get: () => assert.fail('the authority was asked for') });
  assert.equal(router.match(head), 'found');
});

test('a domain without a port is for requests that name none', () => {
  assert.equal(answering(['a.com', '*'], 'a.com'), 'a.com');
  assert.equal(answering(['a.com', '*'], 'a.com:'), 'a.com');
  assert.equal(answering(['a.com', '*'], 'a.com:80'), '*');
  assert.equal(answering(['*.a.com', '*'], 'b.a.com:80'), '*');
});

test('a domain with a port is for requests that name it', () => {
  assert.equal(answering(['a.com:80', '*'], 'a.com:80'), 'a.com:80');
  assert.equal(answering(['a.com:80', '*'], 'a.com:81'), '*');
  assert.equal(answering(['a.com:80', '*'], 'a.com'), '*');
});

test('a domain with :* is for every port and for none', () => {
  for (const authority of ['a.com', 'a.com:80', 'a.com:81']) assert.equal(answering(['a.com:*', '*'], authority), 'a.com:*');
  for (const authority of ['b.a.com', 'b.a.com:80']) assert.equal(answering(['*.a.com:*', '*'], authority), '*.a.com:*');
});

test('the host with its port comes before the host with any port', () => {
  assert.equal(answering(['a.com:*', 'a.com:80', 'a.com'], 'a.com:80'), 'a.com:80');
  assert.equal(answering(['a.com:*', 'a.com:80', 'a.com'], 'a.com'), 'a.com');
  assert.equal(answering(['a.com:*', 'a.com:80', 'a.com'], 'a.com:81'), 'a.com:*');
});

test('an exact domain comes before wildcards, even one with any port before one with the very port', () => {
  assert.equal(answering(['*.a.com:80', 'b.a.com:*'], 'b.a.com:80'), 'b.a.com:*');
});

test('a wildcard with the port comes before a longer wildcard with any port', () => {
  assert.equal(answering(['*.b.a.com:*', '*.a.com:80', '*'], 'c.b.a.com:80'), '*.a.com:80');
  assert.equal(answering(['*:80', '*.a.com:*', '*'], 'b.a.com:80'), '*:80');
});

test('of several suffixes the longest wins', () => {
  const domains = ['*.com', '*.example.com', '*le.com', '*'];
  assert.equal(answering(domains, 'www.example.com'), '*.example.com');
  assert.equal(answering(domains, 'example.com'), '*le.com');
  assert.equal(answering(domains, 'other.com'), '*.com');
  assert.equal(answering(domains, 'other.org'), '*');
});

test('of several prefixes the longest wins, and suffixes come before prefixes', () => {
  const domains = ['www.*', 'www.example.*', '*.org', '*'];
  assert.equal(answering(domains, 'www.example.com'), 'www.example.*');
  assert.equal(answering(domains, 'www.com'), 'www.*');
  assert.equal(answering(domains, 'www.example.org'), '*.org');
});

test('the asterisk of a wildcard stands for at least one character', () => {
  assert.equal(answering(['*.a.com', '*'], '.a.com'), '*');
  assert.equal(answering(['a.*', '*'], 'a.'), '*');
});

test('*:8080 takes every host on that port', () => {
  assert.equal(answering(['*:8080', '*'], 'a.com:8080'), '*:8080');
  assert.equal(answering(['*:8080', '*'], 'a.com:80'), '*');
});

test('IPv6 addresses are matched with and without a port', () => {
  assert.equal(answering(['[::1]:80', '*'], '[::1]:80'), '[::1]:80');
  assert.equal(answering(['[::1]', '*'], '[::1]'), '[::1]');
  assert.equal(answering(['[::1]:*', '*'], '[::1]'), '[::1]:*');
  assert.equal(answering(['[fe80::A]:*', '*'], '[FE80::a]:9'), '[fe80::A]:*');
});

test('only the default answers for a request without a host, or with one that cannot be taken apart', () => {
  for (const authority of ['', '::1', '[::1', '[::1]x', 'a:b:c']) {
    assert.equal(answering(['*.com', 'a.com:*', '*'], authority), '*');
    assert.equal(answering(['*.com', 'a.com:*'], authority), undefined);
  }
});

test('without a default an unknown host has no route', () => {
  assert.equal(answering(['a.com'], 'b.com'), undefined);
});

test('a virtual host that has no route for the request does not hand it on to the default', () => {
  const router = buildRouter([
    { domains: ['a.com'], routes: [{ match: { prefix: '/only' }, value: 'a' }] },
    { domains: ['*'], routes: [{ match: { prefix: '/' }, value: 'default' }] },
  ]);
  assert.equal(router.match(httpHead('a.com', '/other')), undefined);
});

test('each bad domain is reported with its place, and the others still answer', () => {
  const problems: string[] = [];
  const domains = ['a.com', 'A.com', '', ':80', 'a.com:http', 'a.com:0', 'a.com:65536', 'a*b.com', '*.a.*', '::1', '*', '*:*'];
  const router = buildRouter([{ domains, routes: [{ match: { prefix: '/' }, value: true }] }], (path, message) =>
    problems.push(`${path}: ${message}`),
  );
  assert.deepEqual(problems, [
    '[0].domains[1]: "A.com" is there already: a domain belongs to one virtual host',
    '[0].domains[2]: "" has no host; "*" takes every host',
    '[0].domains[3]: ":80" has no host; "*" takes every host',
    '[0].domains[4]: "http" is no port: a number from 1 to 65535, or *',
    '[0].domains[5]: "0" is no port: a number from 1 to 65535, or *',
    '[0].domains[6]: "65536" is no port: a number from 1 to 65535, or *',
    '[0].domains[7]: "a*b.com" may have one asterisk, at its beginning or at its end',
    '[0].domains[8]: "*.a.*" may have one asterisk, at its beginning or at its end',
    '[0].domains[9]: "::1" is no host with a port; an IPv6 address needs brackets',
    '[0].domains[11]: "*:*" is there already: a domain belongs to one virtual host',
  ]);
  assert.equal(router.match(httpHead('a.com', '/')), true);
});

test('without someone to report to, the first problem throws', () => {
  assert.throws(() => buildRouter([{ domains: ['a', 'a'], routes: [] }]), /virtual_hosts\[0\]\.domains\[1\]/);
});

/** The rules of precedence, said as plainly as can be. */
function modelled(domains: readonly string[], authority: string): string | undefined {
  const [host = '', port = ''] = authority.toLowerCase().split(':');
  const rank = (domain: string): number => {
    const [name = '', domainPort = ''] = domain.split(':');
    if (name === '*' && (domainPort === '' || domainPort === '*')) return 1;
    if (domainPort !== port && domainPort !== '*') return 0;
    const anyPort = domainPort === '*';
    if (name === host) return anyPort ? 4000 : 5000;
    const text = name.replace('*', '');
    if (text === name || text.length >= host.length) return 0;
    const portRank = anyPort ? 1000 : 2000;
    if (name.startsWith('*')) return host.endsWith(text) ? portRank + 500 + text.length : 0;
    return host.startsWith(text) ? portRank + text.length : 0;
  };
  const best = [...domains].sort((a, b) => rank(b) - rank(a))[0];
  return best !== undefined && rank(best) > 0 ? best : undefined;
}

test('any set of domains answers as the rules of precedence say', () => {
  const label = fc.constantFrom('a', 'b', 'ab', 'c');
  const name = fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join('.'));
  const port = fc.constantFrom('', ':80', ':81');
  const domain = fc
    .tuple(
      fc.oneof(
        name,
        name.map((text) => `*.${text}`),
        name.map((text) => `${text}.*`),
        fc.constant('*'),
      ),
      fc.oneof(port, fc.constant(':*')),
    )
    .map(([text, suffix]) => text + suffix);
  const unique = fc.uniqueArray(domain, { maxLength: 12, selector: (text) => (text === '*:*' ? '*' : text) });
  const authority = fc.tuple(name, port).map(([text, suffix]) => text + suffix);
  fc.assert(
    fc.property(unique, authority, (domains, asked) => {
      assert.equal(answering(domains, asked), modelled(domains, asked));
      assert.equal(answering(domains, asked.toUpperCase()), modelled(domains, asked));
    }),
    { numRuns: 2000 },
  );
});
