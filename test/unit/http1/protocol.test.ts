import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LocalResponse } from 'meshloom/protocol';
import { ScriptServer } from 'meshloom/testing';
import http1 from '../../../protocols/http1/index.ts';

test('what the first bytes of a connection say', () => {
  const verdicts: readonly (readonly [bytes: string, verdict: string])[] = [
    ['', 'more'],
    ['G', 'more'],
    ['GET', 'more'],
    ['GET ', 'yes'],
    ['OPTIONS * HTTP/1.1', 'yes'],
    ['P', 'more'],
    ['PRI * HTTP/2.', 'more'],
    ['PRI * HTTP/2.0', 'no'],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'no'],
    ['PRI /x HTTP/1.1', 'yes'],
    [`${'M'.repeat(32)}`, 'more'],
    [`${'M'.repeat(32)} `, 'yes'],
    [`${'M'.repeat(33)}`, 'no'],
    [' GET', 'no'],
    ['GET\r\n', 'no'],
    ['\x16\x03\x01', 'no'],
    ['\xda\xbb\xc2', 'no'],
  ];
  for (const [bytes, verdict] of verdicts) assert.equal(http1.sniff(Buffer.from(bytes, 'latin1')), verdict, JSON.stringify(bytes));
});

test('every option has a default within its range, and a reason', () => {
  for (const { name, type, default: value, minimum = 0, maximum = 0, description } of http1.options!) {
    assert.equal(type === 'integer' ? 'number' : type, typeof value, name);
    if (typeof value === 'number') assert.ok(value >= minimum && value <= maximum, name);
    assert.ok(description.length > 40, name);
  }
});

test('a configured protocol leaves the other as it was', () => {
  const strict = http1.configure!({ max_header_count: 1 });
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n');
  const [refusing, taking] = [new ScriptServer(strict), new ScriptServer(http1)];
  refusing.receive(request);
  taking.receive(request);
  assert.equal(refusing.served.length, 0);
  assert.equal(taking.served.length, 1);
  assert.equal(new ScriptServer(strict.configure!({})).codec.partial, false);
});

test('what an idle connection costs here is under one KiB', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  class IdleHost extends ScriptServer {}
  const request = Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const connections = 5000;
  const serve = (host: ScriptServer): ScriptServer => {
    host.journal.keeping = false;
    host.react = ({ stream }) => stream.sendHead(new LocalResponse(200), true);
    host.receive(request);
    host.served.length = 0;
    return host;
  };
  const measure = (use: boolean): number => {
    const before = used();
    const hosts = Array.from({ length: connections }, () =>
      use ? serve(new IdleHost(http1)) : new IdleHost({ ...http1, server: () => codecStub }),
    );
    const after = used();
    assert.equal(hosts.length, connections);
    return (after - before) / connections;
  };
  const codecStub = new ScriptServer(http1).codec;
  measure(true);
  const withCodec = measure(true);
  const without = measure(false);
  assert.ok(withCodec - without < 1024, `${Math.round(withCodec - without)} bytes`);
});
