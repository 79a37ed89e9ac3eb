import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { dnsResolver, systemResolver } from '../../src/upstream/discoveries/resolver.ts';

const TYPE_A = 1;
const TYPE_AAAA = 28;
const SERVFAIL = 2;
const NXDOMAIN = 3;

interface Zone {
  readonly ttl: number;
  readonly a?: readonly string[];
  /** As 16 bytes in hexadecimal. */
  readonly aaaa?: readonly string[];
}

/** A name server (RFC 1035 section 4.1) on this machine that knows these names; 'broken.test' makes it fail. Returns its address. */
async function nameServer(context: TestContext, zones: Readonly<Record<string, Zone>>): Promise<string> {
  const socket = createSocket('udp4');
  context.after(() => socket.close());
  socket.on('message', (query, from) => socket.send(answerTo(query, zones), from.port, from.address));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return `127.0.0.1:${socket.address().port}`;
}

function answerTo(query: Buffer, zones: Readonly<Record<string, Zone>>): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const name = labels.join('.').toLowerCase();
  const type = query.readUInt16BE(at + 1);
  const zone = zones[name];
  const addresses =
    type === TYPE_A
      ? (zone?.a ?? []).map((ip) => Buffer.from(ip.split('.').map(Number)))
      : type === TYPE_AAAA
        ? (zone?.aaaa ?? []).map((hex) => Buffer.from(hex, 'hex'))
        : [];
  const records = addresses.map((address) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0); // the name of the question
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(zone?.ttl ?? 0, 6);
    record.writeUInt16BE(address.length, 10);
    return Buffer.concat([record, address]);
  });
  const head = Buffer.from(query.subarray(0, 12));
  head.writeUInt16BE(0x8180 | (name === 'broken.test' ? SERVFAIL : zone === undefined ? NXDOMAIN : 0), 2);
  head.writeUInt16BE(records.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, query.subarray(12, at + 5), ...records]);
}

const ZONES = {
  'both.test': { ttl: 30, a: ['10.0.0.1', '10.0.0.2'], aaaa: ['20010db8000000000000000000000001'] },
  'four.test': { ttl: 7, a: ['10.0.0.3'] },
  'none.test': { ttl: 7 },
};

test('a name server is asked for both families, and its least time to live counts', async (context) => {
  const resolver = dnsResolver([await nameServer(context, ZONES)]);
  const { addresses, ttlMs } = await resolver.resolve('both.test', 'any');
  assert.deepEqual([...addresses].sort(), ['10.0.0.1', '10.0.0.2', '2001:db8::1']);
  assert.equal(ttlMs, 30_000);
});

test('one family alone can be asked for', async (context) => {
  const resolver = dnsResolver([await nameServer(context, ZONES)]);
  assert.deepEqual((await resolver.resolve('both.test', 'ipv6')).addresses, ['2001:db8::1']);
  assert.deepEqual([...(await resolver.resolve('both.test', 'ipv4')).addresses].sort(), ['10.0.0.1', '10.0.0.2']);
});

test('a name of one family has the addresses of that family', async (context) => {
  const resolver = dnsResolver([await nameServer(context, ZONES)]);
  assert.deepEqual(await resolver.resolve('four.test', 'any'), { addresses: ['10.0.0.3'], ttlMs: 7_000 });
});

test('a name without addresses resolves to none', async (context) => {
  const resolver = dnsResolver([await nameServer(context, ZONES)]);
  assert.deepEqual(await resolver.resolve('none.test', 'any'), { addresses: [], ttlMs: undefined });
});

test('a name that is not there and a server that fails are failures', async (context) => {
  const resolver = dnsResolver([await nameServer(context, ZONES)]);
  await assert.rejects(resolver.resolve('missing.test', 'any'), { code: 'ENOTFOUND' });
  await assert.rejects(resolver.resolve('broken.test', 'any'), { code: 'ESERVFAIL' });
});

test("the system's resolver knows what the hosts file says", async () => {
  const { addresses, ttlMs } = await systemResolver.resolve('localhost', 'ipv4');
  assert.deepEqual(addresses, ['127.0.0.1']);
  assert.equal(ttlMs, undefined);
});
