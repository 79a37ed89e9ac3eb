import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dnsResolver, MACHINE_NAME_SERVERS, systemResolver } from '../../src/upstream/discoveries/resolver.ts';
import { startNameServer } from '../support/name-server.ts';

const ZONES = {
  'both.test': { ttl: 30, a: ['10.0.0.1', '10.0.0.2'], aaaa: ['20010db8000000000000000000000001'] },
  'four.test': { ttl: 7, a: ['10.0.0.3'] },
  'none.test': { ttl: 7 },
};

async function nameServer(context: TestContext): Promise<string> {
  const server = await startNameServer(ZONES);
  context.after(() => server.close());
  return server.address;
}

test('a name server is asked for both families, and its least time to live counts', async (context) => {
  const resolver = dnsResolver({ ...MACHINE_NAME_SERVERS, servers: [await nameServer(context)] });
  const { addresses, ttlMs } = await resolver.resolve('both.test', 'any');
  assert.deepEqual([...addresses].sort(), ['10.0.0.1', '10.0.0.2', '2001:db8::1']);
  assert.equal(ttlMs, 30_000);
});

test('one family alone can be asked for', async (context) => {
  const resolver = dnsResolver({ ...MACHINE_NAME_SERVERS, servers: [await nameServer(context)] });
  assert.deepEqual((await resolver.resolve('both.test', 'ipv6')).addresses, ['2001:db8::1']);
  assert.deepEqual([...(await resolver.resolve('both.test', 'ipv4')).addresses].sort(), ['10.0.0.1', '10.0.0.2']);
});

test('a name of one family has the addresses of that family', async (context) => {
  const resolver = dnsResolver({ ...MACHINE_NAME_SERVERS, servers: [await nameServer(context)] });
  assert.deepEqual(await resolver.resolve('four.test', 'any'), { addresses: ['10.0.0.3'], ttlMs: 7_000 });
});

test('a name without addresses resolves to none', async (context) => {
  const resolver = dnsResolver({ ...MACHINE_NAME_SERVERS, servers: [await nameServer(context)] });
  assert.deepEqual(await resolver.resolve('none.test', 'any'), { addresses: [], ttlMs: undefined });
});

test('a name that is not there and a server that fails are failures', async (context) => {
  const resolver = dnsResolver({ ...MACHINE_NAME_SERVERS, servers: [await nameServer(context)] });
  await assert.rejects(resolver.resolve('missing.test', 'any'), { code: 'ENOTFOUND' });
  await assert.rejects(resolver.resolve('broken.test', 'any'), { code: 'ESERVFAIL' });
});

test("the system's resolver knows what the hosts file says", async () => {
  const { addresses, ttlMs } = await systemResolver.resolve('localhost', 'ipv4');
  assert.deepEqual(addresses, ['127.0.0.1']);
  assert.equal(ttlMs, undefined);
});

test('a short name is looked for in the domains, in their order, and as it is last', async (context) => {
  const servers = [await nameServer(context)];
  const short = dnsResolver({ ...MACHINE_NAME_SERVERS, servers, search: ['missing', 'test'] });
  assert.deepEqual((await short.resolve('four', 'any')).addresses, ['10.0.0.3']);
  await assert.rejects(short.resolve('five', 'any'), { code: 'ENOTFOUND' });
  const dotted = dnsResolver({ ...MACHINE_NAME_SERVERS, servers, search: ['nowhere'], ndots: 5 });
  assert.deepEqual((await dotted.resolve('four.test', 'any')).addresses, ['10.0.0.3']);
});
