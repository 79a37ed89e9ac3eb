/** Connections that began in HTTP/1.1 (RFC 7540 section 3.2). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Codec, EMPTY, FieldList, type HandOver, type Protocol, type ServerHost } from 'meshloom/protocol';
import { neutralRequest, ScriptServer } from 'meshloom/testing';
import http2 from '../../../protocols/http2/index.ts';
import { data, describeFrames, END_STREAM, GET, headers, opening, settings, settingsAck } from './frames.ts';

function base64url(...pairs: readonly (readonly [id: number, value: number])[]): string {
  // Behind the frame header of nine bytes.
  return settings(...pairs).toString('base64url', 9);
}

type Line = readonly [name: string, value: string];
const named = (value: string): Line[] => [
  ['connection', 'Upgrade, HTTP2-Settings'],
  ['upgrade', 'h2c'],
  ['http2-settings', value],
];

function offer(connectionFields: readonly Line[], fields: readonly Line[] = []): HandOver {
  const head = neutralRequest({ method: 'GET', path: '/a', authority: 'b', fields: new FieldList(fields) });
  return { name: 'h2c', head, connectionFields: new FieldList(connectionFields), accepted: EMPTY, rest: EMPTY };
}

/** A server that is started as that offer asks for. */
function takenOver(offered: HandOver): ScriptServer {
  let codec: Codec | undefined;
  const protocol: Protocol = {
    ...http2,
    server(host: ServerHost) {
      codec = http2.takeOver!.server(host, offered);
      assert.ok(codec !== undefined, 'taken over');
      return codec;
    },
  };
  const server = new ScriptServer(protocol);
  server.start();
  return server;
}

const refused = (offered: HandOver): boolean => http2.takeOver!.server(new ScriptServer(http2), offered) === undefined;

describe('a connection that began in HTTP/1.1', () => {
  test('has the request as its first stream, which is answered behind our settings and before the client says anything', () => {
    const server = takenOver(
      offer(named(base64url([3, 100])), [
        ['host', 'b'],
        ['accept', '*/*'],
      ]),
    );
    const [served] = server.served;
    assert.equal(`${served!.head.protocol} ${served!.head.method} ${served!.head.authority}${served!.head.path}`, 'http2 GET b/a');
    assert.deepEqual([...served!.head.fields], [['accept', '*/*']]);
    assert.equal(served!.end, true);
    served!.stream.reply('ok', 'hello');
    assert.deepEqual(describeFrames(server.flush()), ['SETTINGS', 'WINDOW_UPDATE 0 8323073', 'HEADERS 1', 'DATA 1 6 END_STREAM']);
  });

  test('goes on with the preface, and its next stream is 3', () => {
    const server = takenOver(offer(named(base64url())));
    server.served[0]!.stream.reply('ok', '');
    server.receive(opening());
    server.receive(settingsAck());
    server.receive(headers(3, GET, END_STREAM));
    assert.deepEqual(
      server.served.map(({ head }) => head.path),
      ['/a', '/'],
    );
    assert.equal(server.state, 'open');
  });

  test('must have the preface', () => {
    const server = takenOver(offer(named(base64url())));
    server.receive(Buffer.from('GET /next HTTP/1.1\r\n\r\n'));
    assert.equal(server.state, 'failed');
    assert.equal(server.served.length, 1);
  });

  test('goes by the settings that came with the request', () => {
    const server = takenOver(offer(named(base64url([4, 3]))));
    server.served[0]!.stream.reply('ok', 'hello');
    assert.equal(describeFrames(server.flush()).at(-1), 'DATA 1 3');
    assert.equal(server.codec.activeStreams, 1, 'the rest waits for the window');
  });

  test('knows stream 1 as ended by the client', () => {
    const server = takenOver(offer(named(base64url())));
    server.receive(opening());
    server.receive(data(1, 'x'));
    assert.ok(describeFrames(server.flush()).includes('RST_STREAM 1 STREAM_CLOSED'));
  });
});

describe('HTTP2-Settings by which no connection is upgraded (RFC 7540 section 3.2.1)', () => {
  const bad: Record<string, readonly Line[]> = {
    'it is not there': [['connection', 'Upgrade, HTTP2-Settings']],
    'it is there twice': [...named(base64url([3, 100])), ['http2-settings', base64url([3, 100])]],
    'Connection does not name it': [
      ['connection', 'Upgrade'],
      ['http2-settings', base64url([3, 100])],
    ],
    'it is no base64url': named('AAMAAABkAAQC+AAA'),
    'a character is over': named('AAMAAABkA'),
    'a setting is cut': named(settings([3, 100]).toString('base64url', 9, 14)),
    'a value is not allowed': named(base64url([4, 0x8000_0000])),
    'a frame size is too small': named(base64url([5, 16_383])),
  };
  for (const [why, fields] of Object.entries(bad)) test(why, () => assert.ok(refused(offer(fields))));

  test('over TLS there is no h2c', () => {
    class Secure extends ScriptServer {
      override readonly secure = true;
    }
    assert.equal(http2.takeOver!.server(new Secure(http2), offer(named(base64url()))), undefined);
    assert.notEqual(http2.takeOver!.server(new ScriptServer(http2), offer(named(base64url()))), undefined);
  });

  test('no settings at all, and padding, are fine', () => {
    assert.ok(!refused(offer(named(''))));
    assert.ok(
      !refused(
        offer(
          named(
            Buffer.from(base64url([3, 100], [4, 1]), 'base64url')
              .toString('base64')
              .replaceAll('+', '-')
              .replaceAll('/', '_'),
          ),
        ),
      ),
    );
  });
});
