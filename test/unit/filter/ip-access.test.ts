import assert from 'node:assert/strict';
import { test } from 'node:test';
import ipAccess from '../../../src/filter/builtin/ip-access/index.ts';
import { type Scene, took } from '../proxy/scripted.ts';
import { filterStage, problemsOf } from './filter-stage.ts';

const allowed = ({ journal }: Scene): boolean => took(journal)[0] === 'a head GET / end';

/** Whether clients are let in, by their addresses. */
function admits(config: unknown, ...clients: readonly string[]): readonly boolean[] {
  const { request } = filterStage(ipAccess, config);
  return clients.map((client) => allowed(request({ peer: { remoteAddress: `${client.includes(':') ? `[${client}]` : client}:4000` } })));
}

/** Whether a request is let in whose header says that. */
function believes(config: object, said: string, peer = '10.0.0.1'): boolean {
  const { request } = filterStage(ipAccess, { header: 'X-Forwarded-For', ...config });
  return allowed(request({ fields: { 'x-forwarded-for': said }, peer: { remoteAddress: `${peer}:4000` } }));
}

test('with nothing said everybody is let in, and with deny nobody', () => {
  assert.deepEqual(admits({}, '10.0.0.1', '::1'), [true, true]);
  assert.deepEqual(admits({ default_action: 'deny' }, '10.0.0.1', '::1'), [false, false]);
});

test('who is not let in is told so, and the upstream hears nothing', () => {
  const { journal, exchange } = filterStage(ipAccess, { default_action: 'deny' }).request();
  assert.deepEqual(took(journal), ['client reply denied: access denied']);
  assert.deepEqual(exchange.flags, ['LR']);
});

test('the first rule that has the address decides', () => {
  const ips = [
    { action: 'allow', addrs: ['10.1.0.0/16'] },
    { action: 'deny', addrs: ['10.0.0.0/8', '2001:db8::/32'] },
    { addrs: ['10.2.0.1'] },
  ];
  const clients = ['10.1.2.3', '10.2.0.1', '192.0.2.1', '2001:db8::1', '2001:db9::1'];
  assert.deepEqual(admits({ ips }, ...clients), [true, false, true, false, true]);
  assert.deepEqual(admits({ default_action: 'deny', ips }, ...clients), [true, false, false, false, false]);
});

test('a client of a Unix socket has no address, and no rule is for it', () => {
  const { request } = filterStage(ipAccess, { ips: [{ action: 'deny', addrs: ['0.0.0.0/0', '::/0'] }] });
  assert.ok(allowed(request({ peer: { remoteAddress: 'unix:/run/meshloom.sock' } })));
});

test('the header says who the client is, and the connection where there is none', () => {
  const config = { default_action: 'deny', ips: [{ addrs: ['192.0.2.1', '10.0.0.1'] }] };
  assert.ok(believes(config, '192.0.2.1'));
  assert.ok(believes(config, '192.0.2.1:5000'));
  assert.ok(!believes(config, '192.0.2.2'));
  assert.ok(allowed(filterStage(ipAccess, { header: 'x-real-ip', ...config }).request({ peer: { remoteAddress: '10.0.0.1:1' } })));
});

test('a header that names no address is no way in', () => {
  for (const said of ['', 'unknown', '192.0.2.1, unknown', '192.0.2', '192.0.2.1.5']) assert.ok(!believes({}, said), said);
});

test('only the word of trusted proxies is taken, up to the first that is none', () => {
  const trusting = { trusted_proxies: ['10.0.0.0/24', '10.0.1.1'], default_action: 'deny', ips: [{ addrs: ['192.0.2.1'] }] };
  assert.ok(believes(trusting, '192.0.2.1'));
  assert.ok(believes(trusting, '198.51.100.1, 192.0.2.1, 10.0.1.1'));
  assert.ok(!believes(trusting, '192.0.2.1, 198.51.100.1, 10.0.1.1'));
  assert.ok(!believes(trusting, '192.0.2.1', '198.51.100.1'));
  // The client itself is in a trusted range.
  assert.ok(believes({ ...trusting, ips: [{ addrs: ['10.0.0.9'] }] }, '10.0.0.9, 10.0.1.1'));
});

test('a route may let in whom the filter does not', () => {
  const { request } = filterStage(ipAccess, { default_action: 'deny' }, { ofRoute: { default_action: 'allow' } });
  assert.ok(allowed(request()));
  assert.ok(allowed(request()));
});

test('what is no address or range is refused', () => {
  assert.deepEqual(problemsOf(ipAccess.settings, { default_action: 'maybe', ips: [{ addrs: ['10.0.0.0/33', 'all'] }, {}] }), [
    'error: default_action: must be one of "allow", "deny", but is the string "maybe"',
    'error: ips[0].addrs[0]: must be a range of addresses such as "10.0.0.0/8", but is the string "10.0.0.0/33"',
    'error: ips[0].addrs[1]: must be a range of addresses such as "10.0.0.0/8", but is the string "all"',
    'error: ips[1].addrs: is missing',
  ]);
});
