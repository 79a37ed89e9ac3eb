import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bytes } from '../../../src/base/bytes.ts';
import { type Fault, fault } from '../../../src/base/fault.ts';
import { ManualTimers } from '../../../src/base/manual-timers.ts';
import type { Codec, HandOver, ServerHost } from '../../../src/protocol/codec.ts';
import { FieldList } from '../../../src/protocol/fields.ts';
import type { RequestHead } from '../../../src/protocol/head.ts';
import type { Protocol, Sniff } from '../../../src/protocol/protocol.ts';
import type { ServerStream } from '../../../src/protocol/stream.ts';
import { type RequestSink, ServerConnection, type ServerTimeouts } from '../../../src/stream/server-connection.ts';
import { deaf, ScriptedWire } from './scripted.ts';

const NOBODY: ServerStream = {
  writable: true,
  sendInformational() {},
  sendHead() {},
  sendData() {},
  sendTrailers() {},
  reply() {},
  reset() {},
  pause() {},
  resume() {},
};

const NOTHING: RequestHead = {
  protocol: 'script',
  scheme: '',
  authority: '',
  path: '',
  method: '',
  fields: new FieldList(),
  oneWay: false,
  idempotent: false,
  timeoutMs: undefined,
  upgrade: '',
};

/** A codec whose state the test sets. */
class ServerCodec implements Codec {
  readonly calls: string[] = [];
  activeStreams = 0;
  partial = false;
  readonly host: ServerHost;

  constructor(host: ServerHost) {
    this.host = host;
  }
  start(): void {
    this.calls.push('start');
  }
  read(chunk: Bytes): void {
    this.calls.push(`read ${chunk}`);
  }
  /** A request head is complete. */
  complete(): void {
    this.host.onRequest(NOBODY, NOTHING, true);
  }
  readEnd(): void {
    this.calls.push('read end');
  }
  drained(): void {
    this.calls.push('drained');
  }
  goAway(): void {
    this.calls.push('goAway');
  }
  abort(why: Fault): void {
    this.calls.push(`abort ${why.code}`);
  }
  terminate(why: Fault): void {
    this.calls.push(`terminate ${why.code}`);
    this.host.fail(why);
  }
}

interface Options {
  readonly timeouts?: Partial<ServerTimeouts>;
  /** Protocols, by what they say to the first bytes. Their names for ALPN have a `/1`. */
  readonly sniffs?: Record<string, (prefix: string) => Sniff>;
  readonly fallback?: boolean;
  readonly applicationProtocol?: string;
}

function scene(options: Options = {}) {
  const timers = new ManualTimers();
  const wire = new ScriptedWire(1);
  const codecs = new Map<string, ServerCodec>();
  const closed: string[] = [];
  const protocolNamed = (name: string, sniff: (prefix: string) => Sniff): Protocol => ({
    name,
    alpn: [`${name}/1`],
    sniff: (prefix) => sniff(prefix.toString()),
    takeOver: {
      name: `${name}-later`,
      server(host, { head }) {
        if (head.path === '/wrong') return undefined;
        const codec = new ServerCodec(host);
        codecs.set(name, codec);
        return codec;
      },
    },
    server(host) {
      const codec = new ServerCodec(host);
      codecs.set(name, codec);
      return codec;
    },
    client() {
      throw new Error('no client here');
    },
  });
  wire.applicationProtocol = options.applicationProtocol;
  const sink: RequestSink = {
    onRequest: () => deaf,
  };
  const connection = new ServerConnection(wire, {
    service: {
      protocols: Object.entries(options.sniffs ?? { only: () => 'yes' }).map(([name, sniff]) => protocolNamed(name, sniff)),
      sink,
      fallback: options.fallback ? { protocols: [protocolNamed('fallback', () => 'no')], sink } : undefined,
    },
    timers,
    timeouts: { headMs: 1000, idleMs: 5000, probeMs: undefined, ...options.timeouts },
    onClosed: (_connection, why) => closed.push(why.code),
  });
  const codec = (name = 'only'): ServerCodec => codecs.get(name)!;
  const read = (text: string): void => wire.owner.onRead(Buffer.from(text));
  return { timers, wire, connection, codec, codecs, closed, read };
}

test('with one protocol the codec is there before the first byte', () => {
  const { codec, read } = scene();
  read('hello');
  assert.deepEqual(codec().calls, ['start', 'read hello']);
});

test('a head that is not complete in time ends the connection, by the time of its first byte', () => {
  const { codec, read, timers, wire } = scene();
  timers.advance(4000);
  codec().partial = true;
  read('GE');
  timers.advance(600);
  read('T');
  timers.advance(399);
  assert.ok(!codec().calls.includes('terminate timeout'));
  timers.advance(1);
  assert.deepEqual(codec().calls.slice(-2), ['terminate timeout', 'abort timeout']);
  assert.deepEqual(wire.calls, ['close']);
});

test('a head that is complete in time is forgotten, and the next one has a time of its own', () => {
  const { codec, read, timers } = scene();
  codec().partial = true;
  read('GE');
  timers.advance(900);
  codec().partial = false;
  codec().activeStreams = 1;
  read('T');
  timers.advance(10_000);
  assert.ok(!codec().calls.includes('terminate timeout'));
  codec().partial = true;
  read('G');
  timers.advance(1000);
  assert.ok(codec().calls.includes('terminate timeout'));
});

test('a connection without a stream is drained after its idle time', () => {
  const { codec, timers } = scene();
  timers.advance(4999);
  assert.deepEqual(codec().calls, ['start']);
  timers.advance(1);
  assert.deepEqual(codec().calls, ['start', 'goAway']);
});

test('idle time begins when the last stream is over', () => {
  const { codec, read, timers } = scene();
  codec().activeStreams = 1;
  read('x');
  timers.advance(60_000);
  codec().activeStreams = 0;
  read('y');
  timers.advance(4000);
  assert.ok(!codec().calls.includes('goAway'));
  timers.advance(5000);
  assert.ok(codec().calls.includes('goAway'));
});

test('no time means none', () => {
  const { codec, read, timers } = scene({ timeouts: { headMs: 0, idleMs: 0 } });
  codec().partial = true;
  read('G');
  timers.advance(3_600_000);
  assert.deepEqual(codec().calls, ['start', 'read G']);
});

test('the first bytes tell which of several protocols it is, and reach its codec', () => {
  const { codecs, codec, read } = scene({
    sniffs: {
      first: (prefix) => (prefix.length < 3 ? 'more' : prefix === 'abc' ? 'yes' : 'no'),
      second: (prefix) => (prefix.length < 3 ? 'more' : prefix === 'xyz' ? 'yes' : 'no'),
    },
  });
  read('x');
  read('y');
  assert.equal(codecs.size, 0);
  read('z');
  read('more');
  assert.deepEqual([...codecs.keys()], ['second']);
  assert.deepEqual(codec('second').calls, ['start', 'read xyz', 'read more']);
});

test('bytes of no protocol end the connection at once', () => {
  const { read, wire } = scene({ sniffs: { a: () => 'no', b: () => 'no' } });
  read('?');
  assert.deepEqual(wire.calls, ['destroy unsupported']);
});

test('a peer that sends too little to tell its protocol is not waited for', () => {
  const { read, wire, timers } = scene({ sniffs: { a: () => 'more', b: () => 'more' } });
  read('?');
  timers.advance(1000);
  assert.deepEqual(wire.calls, ['destroy timeout']);
});

test('what could still be several protocols after 4096 bytes is none', () => {
  const { read, wire } = scene({ sniffs: { a: () => 'more', b: () => 'more' } });
  read('x'.repeat(4095));
  assert.deepEqual(wire.calls, []);
  read('x');
  assert.deepEqual(wire.calls, ['destroy unsupported']);
});

test('a drain asks the codec to finish; without a codec the connection closes', () => {
  const known = scene();
  known.connection.drain();
  assert.deepEqual(known.codec().calls, ['start', 'goAway']);
  const unknown = scene({ sniffs: { a: () => 'more', b: () => 'more' } });
  unknown.connection.drain();
  assert.deepEqual(unknown.wire.calls, ['close']);
});

test('when the socket dies the codec and the owner hear of it, and no timer is left', () => {
  const { codec, wire, timers, closed } = scene();
  wire.owner.onClose(fault('reset', 'downstream', 'maybe', 'gone'));
  timers.advance(60_000);
  assert.deepEqual(codec().calls, ['start', 'abort reset']);
  assert.deepEqual(closed, ['reset']);
});

test('what ALPN has agreed upon needs no first bytes', () => {
  const { codec } = scene({ sniffs: { a: () => 'more', b: () => 'more' }, applicationProtocol: 'b/1' });
  assert.deepEqual(codec('b').calls, ['start']);
});

test('a protocol of ALPN that is not served leaves it to the first bytes', () => {
  const { codec, codecs, read } = scene({ sniffs: { a: () => 'no', b: () => 'yes' }, applicationProtocol: 'c/1' });
  assert.equal(codecs.size, 0);
  read('x');
  assert.deepEqual(codec('b').calls, ['start', 'read x']);
});

test('what nobody knows goes to what stands behind, with all that has come', () => {
  const { codec, codecs, read, wire } = scene({ sniffs: { only: (prefix) => (prefix.length < 3 ? 'more' : 'no') }, fallback: true });
  read('ab');
  assert.equal(codecs.size, 0);
  read('c');
  read('d');
  assert.deepEqual(codec('fallback').calls, ['start', 'read abc', 'read d']);
  assert.deepEqual(wire.calls, []);
});

test('what is known does not go there', () => {
  const { codec, codecs, read } = scene({ fallback: true });
  read('abc');
  assert.deepEqual(codec('only').calls, ['start', 'read abc']);
  assert.equal(codecs.size, 1);
});

test('who says too little to tell goes there when the time is up, or when it ends', () => {
  for (const end of ['time', 'end'] as const) {
    const { codec, codecs, read, timers, wire } = scene({ sniffs: { a: () => 'more' }, fallback: true });
    read('a');
    timers.advance(999);
    assert.equal(codecs.size, 0);
    if (end === 'time') timers.advance(1);
    else wire.owner.onReadEnd();
    assert.deepEqual(codec('fallback').calls, ['start', 'read a', ...(end === 'end' ? ['read end'] : [])]);
  }
});

test('who says nothing at all is timed out, whatever stands behind', () => {
  const { codecs, timers, wire } = scene({ sniffs: { a: () => 'more' }, fallback: true });
  timers.advance(1000);
  assert.equal(codecs.size, 0);
  assert.deepEqual(wire.calls, ['destroy timeout']);
});

test('what a peer says between requests keeps the connection', () => {
  const { codec, read, timers } = scene();
  for (let heartbeat = 0; heartbeat < 5; heartbeat++) {
    timers.advance(4000);
    read('heartbeat');
  }
  assert.ok(!codec().calls.includes('goAway'));
  timers.advance(5000);
  assert.ok(codec().calls.includes('goAway'));
});

test('a busy connection whose chunks all end within a head is not taken for a slow one', () => {
  const { codec, read, timers } = scene();
  codec().partial = true;
  for (let half = 0; half < 10; half++) {
    read('end of one, beginning of the next');
    codec().complete();
    timers.advance(600);
  }
  assert.ok(!codec().calls.includes('terminate timeout'));
  timers.advance(1000);
  assert.ok(codec().calls.includes('terminate timeout'));
});

/** What a codec says that wants to hand its connection on. */
function offer(name: string, path = '/'): HandOver {
  const head: RequestHead = { ...NOTHING, path };
  return { name, head, connectionFields: new FieldList(), accepted: Buffer.from('yes'), rest: Buffer.from('rest') };
}

test('a connection that is handed on tells the client so first, and is read by the new codec from there on', () => {
  const { codec, codecs, read, wire, timers } = scene({
    sniffs: { first: (prefix) => (prefix === 'a' ? 'yes' : 'no'), second: () => 'no' },
  });
  read('a');
  const old = codec('first');
  assert.equal(old.host.handOver!(offer('second-later')), true);
  assert.deepEqual(wire.calls, ['write yes']);
  const before = [...old.calls];
  read('next');
  timers.advance(6000);
  assert.deepEqual(codecs.get('second')!.calls, ['start', 'read rest', 'read next', 'goAway']);
  assert.deepEqual(old.calls, before);
});

test('nothing happens where the protocol is not served, does not want the connection, or the connection is going away', () => {
  const { codec, connection, wire } = scene();
  const { host } = codec();
  assert.equal(host.handOver!(offer('other-later')), false);
  assert.equal(host.handOver!(offer('only-later', '/wrong')), false);
  connection.drain();
  assert.equal(host.handOver!(offer('only-later')), false);
  assert.deepEqual(wire.calls, []);
});
