import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FieldList, type Fields, LocalResponse, type RequestHead } from 'meshloom/protocol';
import { neutralRequest, type Pair, pair } from 'meshloom/testing';
import http2 from '../../../protocols/http2/index.ts';
import { END_STREAM, GET, headers, type Lines } from './frames.ts';
import { ServerScene } from './scene.ts';

/** What a server of HTTP/2 hears when a client is given this head. */
function heard(parts: Partial<RequestHead>): { head: RequestHead; fields: Lines; joined: Pair } {
  const joined = pair(http2);
  joined.run();
  joined.client.open().stream.sendHead(neutralRequest(parts), true);
  joined.run();
  const { head } = joined.server.served[0]!;
  return { head, fields: [...head.fields], joined };
}

const fieldsOf = (...lines: Lines): Fields => new FieldList(lines);

describe('a request of another protocol', () => {
  test('keeps its method, its path, its authority and its scheme', () => {
    const { head } = heard({ method: 'PUT', path: '/a?b', authority: 'c.test:81', scheme: 'https' });
    assert.deepEqual([head.method, head.path, head.authority, head.scheme], ['PUT', '/a?b', 'c.test:81', 'https']);
  });

  test('has the scheme of the connection when it has none, and the path / when it has none', () => {
    const { head } = heard({ scheme: '', path: '' });
    assert.deepEqual([head.scheme, head.path], ['http', '/']);
  });

  test('leaves Host behind, which is :authority', () => {
    const { head, fields } = heard({ authority: 'a.test', fields: fieldsOf(['host', 'b.test'], ['accept', '*/*']) });
    assert.equal(head.authority, 'a.test');
    assert.deepEqual(fields, [['accept', '*/*']]);
  });

  test('has its Host for an authority when it has none', () => {
    assert.equal(heard({ authority: '', fields: fieldsOf(['host', 'b.test']) }).head.authority, 'b.test');
  });

  test('leaves behind what is about a connection of HTTP/1, and what Connection names', () => {
    const { fields } = heard({
      fields: fieldsOf(
        ['connection', 'close, X-Hop'],
        ['keep-alive', 'timeout=5'],
        ['proxy-connection', 'close'],
        ['transfer-encoding', 'chunked'],
        ['upgrade', 'h2c'],
        ['http2-settings', 'AAMAAABkAARAAAAAAAIAAAAA'],
        ['x-hop', '1'],
        ['x-end', '2'],
      ),
    });
    assert.deepEqual(fields, [['x-end', '2']]);
  });

  test('keeps of TE only that trailers are wanted', () => {
    assert.deepEqual(heard({ fields: fieldsOf(['connection', 'te'], ['te', 'gzip, Trailers']) }).fields, [['te', 'trailers']]);
    assert.deepEqual(heard({ fields: fieldsOf(['te', 'gzip']) }).fields, []);
    assert.deepEqual(heard({ fields: fieldsOf(['te', 'x-trailers']) }).fields, []);
  });

  test('keeps repeated fields, their order, and bytes above ASCII', () => {
    const lines: Lines = [
      ['x-a', '1'],
      ['x-b', '\xe9'],
      ['x-a', '2'],
    ];
    assert.deepEqual(heard({ fields: fieldsOf(...lines) }).fields, lines);
  });

  test('leaves behind names that no field of HTTP can have', () => {
    assert.deepEqual(heard({ fields: fieldsOf(['user id', '1'], ['a:b', '2'], ['', '3'], ['ok', '4']) }).fields, [['ok', '4']]);
  });
});

describe('a response of another protocol', () => {
  test('leaves behind what is about a connection of HTTP/1', () => {
    const { joined } = heard({});
    const fields = fieldsOf(
      ['connection', 'x-hop'],
      ['x-hop', '1'],
      ['transfer-encoding', 'chunked'],
      ['set-cookie', 'a'],
      ['set-cookie', 'b'],
    );
    joined.server.served[0]!.stream.sendHead(new LocalResponse(200, fields), true);
    joined.run();
    assert.deepEqual(
      [...joined.client.opened[0]!.handler.head!.fields],
      [
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ],
    );
  });

  test('with trailers that say nothing ends with DATA', () => {
    const { joined } = heard({});
    const { stream } = joined.server.served[0]!;
    stream.sendHead(new LocalResponse(200), false);
    stream.sendTrailers(fieldsOf(['connection', 'close']));
    joined.run();
    assert.equal(joined.client.opened[0]!.handler.ended, true);
    assert.equal(joined.client.opened[0]!.handler.trailers, undefined);
  });
});

describe('cookies', () => {
  const cookies: Lines = [...GET, ['cookie', 'a=1'], ['accept', '*/*'], ['cookie', 'b=2'], ['cookie', 'c=3']];

  function arrived(): RequestHead {
    const scene = new ServerScene();
    scene.receive(headers(1, cookies, END_STREAM));
    return scene.last.head;
  }

  test('of several lines are one line to everybody but HTTP/2', () => {
    const { fields } = arrived();
    assert.equal(fields.get('cookie'), 'a=1; b=2; c=3');
    assert.deepEqual(
      [...fields],
      [
        ['cookie', 'a=1; b=2; c=3'],
        ['accept', '*/*'],
      ],
    );
  });

  /** The lines that a server of HTTP/2 gets. */
  function sentOn(head: RequestHead): string[] {
    const joined = pair(http2);
    joined.run();
    joined.client.open().stream.sendHead(head, true);
    joined.run();
    const { lines } = joined.server.served[0]!.head.fields as unknown as { lines: readonly { name: string; value: string }[] };
    return lines.map(({ name, value }) => `${name}: ${value}`);
  }

  test('towards HTTP/2 leave as the lines that they came in', () => {
    assert.deepEqual(sentOn(arrived()), ['cookie: a=1', 'accept: */*', 'cookie: b=2', 'cookie: c=3']);
  });

  test('of another protocol leave each on a line of its own', () => {
    const fields = fieldsOf(['cookie', 'a=1; b="2;3"; c=;d'], ['accept', '*/*']);
    assert.deepEqual(sentOn(neutralRequest({ fields })), ['cookie: a=1', 'cookie: b="2;3"', 'cookie: c=;d', 'accept: */*']);
  });

  for (const count of [32, 33]) {
    test(`${count} of another protocol leave on 32 lines, and say the same`, () => {
      const cookie = Array.from({ length: count }, (_, at) => `name${at}=value`).join('; ');
      assert.equal(sentOn(neutralRequest({ fields: fieldsOf(['cookie', cookie]) })).length, 32);
      assert.deepEqual(heard({ fields: fieldsOf(['cookie', cookie]) }).fields, [['cookie', cookie]]);
    });
  }

  test('in a response are nothing special', () => {
    const { joined } = heard({});
    joined.server.served[0]!.stream.sendHead(new LocalResponse(200, fieldsOf(['cookie', 'a; b'])), true);
    joined.run();
    assert.deepEqual([...joined.client.opened[0]!.handler.head!.fields], [['cookie', 'a; b']]);
  });

  test('are one when they are set', () => {
    const { fields } = arrived();
    fields.set('cookie', 'd=4');
    assert.deepEqual(
      [...fields],
      [
        ['cookie', 'd=4'],
        ['accept', '*/*'],
      ],
    );
  });
});

describe('fields of a message that came in by HTTP/2', () => {
  test('can be asked, set, appended to and deleted', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, [...GET, ['x-a', '1'], ['x-b', '2'], ['x-a', '3']], END_STREAM));
    const { fields } = scene.last.head;
    assert.equal(fields.get('x-a'), '1, 3');
    assert.equal(fields.get('x-c'), undefined);
    assert.deepEqual([fields.has('x-b'), fields.has('x-c')], [true, false]);
    fields.set('x-a', '4');
    fields.set('x-c', '5');
    fields.append('x-b', '6');
    assert.deepEqual(
      [...fields],
      [
        ['x-a', '4'],
        ['x-b', '2'],
        ['x-c', '5'],
        ['x-b', '6'],
      ],
    );
    fields.delete('x-b');
    assert.deepEqual(
      [...fields],
      [
        ['x-a', '4'],
        ['x-c', '5'],
      ],
    );
  });

  test('leave without what a filter put there and HTTP/2 cannot carry', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM));
    const { head } = scene.last;
    for (const [name, value] of [
      ['connection', 'close'],
      ['transfer-encoding', 'chunked'],
      ['host', 'b.test'],
      ['te', 'gzip'],
      ['x y', '1'],
      ['x-note', ' caf☃ '],
    ] as const)
      head.fields.set(name, value);
    const joined = pair(http2);
    joined.run();
    joined.client.open().stream.sendHead(head, true);
    joined.run();
    const [served] = joined.server.served;
    assert.deepEqual([...served!.head.fields], [['x-note', Buffer.from('caf☃').toString('latin1')]]);
    assert.equal(served!.head.authority, 'a.test');
  });

  test('a head that was changed by a filter leaves changed', () => {
    const scene = new ServerScene();
    scene.receive(headers(1, GET, END_STREAM));
    const { head } = scene.last;
    head.path = '/b';
    head.authority = 'b.test';
    head.method = 'POST';
    const joined = pair(http2);
    joined.run();
    joined.client.open().stream.sendHead(head, true);
    joined.run();
    const { head: out } = joined.server.served[0]!;
    assert.deepEqual([out.method, out.authority, out.path], ['POST', 'b.test', '/b']);
  });
});
