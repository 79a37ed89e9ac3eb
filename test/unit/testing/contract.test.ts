import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bytes, EMPTY } from '../../../src/base/bytes.ts';
import { fault } from '../../../src/base/fault.ts';
import type { ClientCodec, Codec, ServerHost } from '../../../src/protocol/codec.ts';
import type { Protocol } from '../../../src/protocol/protocol.ts';
import type { ClientStream, ResponseHandler, ServerStream, StreamHandler } from '../../../src/protocol/stream.ts';
import { contract } from '../../../src/testing/contract.ts';
import { lineProtocol } from './line-protocol.ts';

const good = lineProtocol();

for (const law of contract(good, [])) test(`a codec that keeps the laws passes: ${law.name}`, law.check);

/** The same object with some members replaced; the rest still works on the original. */
function altered<T extends object>(original: T, changes: Partial<T>): T {
  return new Proxy(original, {
    get(target, name) {
      if (name in changes) return Reflect.get(changes, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const server = (change: (codec: Codec) => Partial<Codec>): Protocol => ({
  ...good,
  server: (host) => {
    const codec = good.server(host);
    return altered(codec, change(codec));
  },
});

const client = (change: (codec: ClientCodec) => Partial<ClientCodec>): Protocol => ({
  ...good,
  client: (host) => {
    const codec = good.client(host);
    return altered(codec, change(codec));
  },
});

const clientStream = (change: (stream: ClientStream, handler: ResponseHandler) => Partial<ClientStream>): Protocol =>
  client((codec) => ({
    open: (handler) => {
      const stream = codec.open(handler);
      return altered(stream, change(stream, handler));
    },
  }));

const handled = (change: (handler: StreamHandler, stream: ServerStream) => Partial<StreamHandler>): Protocol => ({
  ...good,
  server: (host) => {
    const asked: ServerHost = altered(host, {
      onRequest: (stream, head, end) => {
        const handler = host.onRequest(stream, head, end);
        return altered(handler, change(handler, stream));
      },
    });
    return good.server(asked);
  },
});

const failing: Record<string, Protocol> = {
  'any split of the input gives the same calls': server((codec) => ({
    read: (chunk: Bytes) => codec.read(chunk.length === 1 && chunk[0] === 0x2b ? Buffer.from('-') : chunk),
  })),
  'head, data, and one ending in each direction; nothing after it': handled((handler) => ({
    onData: (bytes, end) => {
      handler.onData(bytes, end);
      if (end) handler.onData(EMPTY, true);
    },
  })),
  'each opened stream ends exactly once, also when the connection dies': client(() => ({ abort: () => {} })),
  'after reset() the handler hears nothing': clientStream((stream, handler) => ({
    reset: (why) => {
      stream.reset(why);
      handler.onReset(why);
    },
  })),
  'while paused there is no onData, and nothing is lost on resume': clientStream(() => ({ pause: () => {}, resume: () => {} })),
  'writable that is false is followed by onDrain or an ending': server(() => ({ drained: () => {} })),
  'when all streams are over none is active, and there is room as before': server(() => ({ activeStreams: 1 })),
  'random bytes end in fail(), never in an exception': {
    ...good,
    server: (host) =>
      good.server(
        altered(host, {
          fail: (why) => {
            throw new Error(why.detail);
          },
        }),
      ),
  },
  'what is held of an endless message is bounded': hoarder(),
  'a handler may reply, reset, pause or open another stream inside any callback': clientStream((stream) => ({
    reset: (why) => {
      stream.reset(why);
      throw new Error('a reset inside a callback');
    },
  })),
  'a message that is passed on unchanged stays what it was': clientStream((stream) => ({
    sendHead: (head, end) => {
      stream.sendHead({ ...head, path: `${head.path}/` }, end);
    },
  })),
  'after goAway() open streams finish, and new ones are refused': server((codec) => ({
    goAway: () => codec.abort(fault('going-away', 'local', 'no', 'at once')),
  })),
};

/** Keeps all that it reads, however long. */
function hoarder(): Protocol {
  return server((codec) => {
    const hoard: Bytes[] = [];
    return {
      read: (chunk: Bytes) => {
        hoard.push(chunk);
        if (hoard.length === 1) codec.read(chunk);
      },
    };
  });
}

test('every law has a codec that breaks it', () => {
  assert.deepEqual(
    Object.keys(failing),
    contract(good, []).map(({ name }) => name),
  );
});

for (const [name, protocol] of Object.entries(failing)) {
  test(`a codec that breaks the law is found out: ${name}`, () => {
    const law = contract(protocol, []).find((each) => each.name === name);
    assert.throws(() => law?.check());
  });
}
