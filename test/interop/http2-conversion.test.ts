/** Messages that cross from one version of HTTP to the other and back, between real clients and servers. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import http2wrapper from 'http2-wrapper';
import { Child } from '../support/child.ts';
import { temporaryFolder, writeConfiguration } from '../support/configuration.ts';
import { curl } from '../support/curl.ts';
import { within } from '../support/deadline.ts';
import { Http2Client } from '../support/http2-client.ts';
import { Http2Server } from '../support/http2-server.ts';
import { Meshloom } from '../support/meshloom.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { requireTool } from '../support/tools.ts';

type Version = 'Http1' | 'Http2';
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What the server at the end saw of a request. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly trailers: object;
}

/** A server at the end of the way: the same answers in either version of HTTP. */
interface Backend {
  readonly address: string;
  stop(): Promise<void>;
}

/** What each path is answered with; every other one with what was seen of the request. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly hints?: string;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  '/trailers': { status: 200, headers: { 'content-type': 'text/plain' }, body: 'body', trailers: { 'x-checksum': 'abc' } },
  '/204': { status: 204, headers: { 'x-answer': 'none' } },
  '/304': { status: 304, headers: { etag: '"a"' } },
  '/404': { status: 404, headers: { 'content-length': '2' }, body: 'no' },
  '/empty': { status: 200, headers: { 'content-length': '0' } },
  '/103': { status: 200, headers: { 'content-length': '4' }, body: 'page', hints: '</style.css>; rel=preload' },
  '/known': { status: 200, headers: { 'content-length': '10' }, body: '0123456789' },
};

async function http1Backend(): Promise<Backend> {
  const server: Server = createServer(async (request, response) => {
    const answer = ANSWERS[request.url ?? ''];
    const body = Buffer.concat((await request.toArray().catch(() => [])) as Buffer[]);
    if (answer === undefined) {
      const seen: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        authority: request.headers.host ?? '',
        headers: request.headers,
        body: sha256(body),
        trailers: request.trailers,
      };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(seen));
      return;
    }
    if (answer.hints !== undefined) response.writeEarlyHints({ link: answer.hints });
    response.writeHead(
      answer.status,
      answer.trailers === undefined ? answer.headers : { ...answer.headers, trailer: Object.keys(answer.trailers).join(', ') },
    );
    if (answer.trailers !== undefined) response.addTrailers(answer.trailers);
    response.end(request.method === 'HEAD' ? undefined : answer.body);
  });
  server.listen(0, '127.0.0.1');
  await within(once(server, 'listening'), 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await within(once(server, 'close'), 'end of the HTTP/1.1 server');
    },
  };
}

async function answerByHttp2(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const answer = ANSWERS[headers[':path'] ?? ''];
  const chunks: Buffer[] = [];
  let trailers: object = {};
  stream.on('trailers', (fields) => {
    trailers = { ...fields };
  });
  if (headers.expect === '100-continue') stream.additionalHeaders({ ':status': 100 });
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  if (answer === undefined) {
    const regular = Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));
    const seen: Seen = {
      method: headers[':method'] ?? '',
      path: headers[':path'] ?? '',
      authority: headers[':authority'] ?? '',
      headers: regular,
      body: sha256(Buffer.concat(chunks)),
      trailers,
    };
    stream.respond({ ':status': 200, 'content-type': 'application/json' });
    stream.end(JSON.stringify(seen));
    return;
  }
  const { hints, body } = answer;
  if (hints !== undefined) stream.additionalHeaders({ ':status': 103, link: hints });
  const head: OutgoingHttpHeaders = { ':status': answer.status, ...answer.headers };
  if (answer.trailers !== undefined) {
    stream.respond(head, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(answer.trailers as OutgoingHttpHeaders));
  } else stream.respond(head, { endStream: body === undefined });
  if (body !== undefined) stream.end(headers[':method'] === 'HEAD' ? undefined : body);
}

async function http2Backend(): Promise<Backend> {
  return Http2Server.start((stream, headers) => {
    // A client that leaves in the middle has nobody to answer to.
    answerByHttp2(stream, headers).catch(() => stream.destroy());
  });
}

/** The versions on the way from the client to the server, one for each connection. */
const WAYS: readonly (readonly Version[])[] = [
  ['Http2', 'Http1'],
  ['Http1', 'Http2'],
  ['Http2', 'Http2'],
  ['Http2', 'Http1', 'Http2'],
  ['Http1', 'Http2', 'Http1'],
];

for (const way of WAYS) {
  describe(`From client to server: ${way.join(' -> ')}`, () => {
    const first = way[0]!;
    let backend: Backend;
    const proxies: Meshloom[] = [];
    let port = 0;
    let client: Http2Client | undefined;

    before(async () => {
      backend = await (way.at(-1) === 'Http1' ? http1Backend() : http2Backend());
      let next = backend.address;
      for (let hop = way.length - 1; hop > 0; hop--) {
        const proxy = await Meshloom.start({ hosts: [next], proxy: { downstream_protocol: way[hop - 1], upstream_protocol: way[hop] } });
        proxies.push(proxy);
        port = proxy.port;
        next = `127.0.0.1:${port}`;
      }
      if (first === 'Http2') client = await Http2Client.open(port);
    });
    after(async () => {
      await client?.close();
      for (const proxy of proxies.reverse()) await proxy.stop();
      await backend.stop();
    });

    interface Got {
      readonly status: number;
      readonly fields: ReadonlyMap<string, string>;
      readonly body: Buffer;
      readonly trailers: ReadonlyMap<string, string>;
      readonly informational: readonly number[];
    }

    interface Question {
      readonly method?: string;
      readonly path: string;
      readonly fields?: readonly (readonly [name: string, value: string])[];
      readonly body?: Buffer;
      readonly trailers?: Readonly<Record<string, string>>;
    }

    async function ask(question: Question): Promise<Got> {
      return first === 'Http2' ? askByHttp2(question) : askByHttp1(question);
    }

    async function askByHttp2({ method = 'GET', path, fields = [], body, trailers }: Question): Promise<Got> {
      const headers: Record<string, string | string[]> = {};
      for (const [name, value] of fields) {
        const before = headers[name];
        headers[name] = before === undefined ? value : [before, value].flat();
      }
      const got = await client!.ask({ ':method': method, ':path': path, ':authority': 'service.test:80', ...headers }, body, trailers);
      const asMap = (given: IncomingHttpHeaders | undefined): Map<string, string> =>
        new Map(Object.entries(given ?? {}).map(([name, value]) => [name, String(value)]));
      return {
        status: got.status,
        fields: asMap(got.headers),
        body: got.body,
        trailers: asMap(got.trailers),
        informational: got.informational.map((head) => Number(head[':status'])),
      };
    }

    async function askByHttp1({ method = 'GET', path, fields = [], body, trailers }: Question): Promise<Got> {
      const connection = await RawConnection.open(port);
      const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
      let head = `${method} ${path} HTTP/1.1\r\nHost: service.test:80\r\nTE: trailers\r\nConnection: TE\r\n${lines}`;
      if (trailers !== undefined) {
        const section = Object.entries(trailers).map(([name, value]) => `${name}: ${value}\r\n`);
        connection.send(`${head}Transfer-Encoding: chunked\r\n\r\n${body!.length.toString(16)}\r\n`).send(body!);
        connection.send(`\r\n0\r\n${section.join('')}\r\n`);
      } else {
        if (body !== undefined) head += `Content-Length: ${body.length}\r\n`;
        connection.send(`${head}\r\n`);
        if (body !== undefined) connection.send(body);
      }
      const informational: number[] = [];
      for (;;) {
        const message = await connection.message({ bodiless: method === 'HEAD' });
        const status = Number(message.startLine.split(' ')[1]);
        if (status < 200) {
          informational.push(status);
          continue;
        }
        connection.destroy();
        return { status, fields: message.fields, body: message.body, trailers: message.trailers, informational };
      }
    }

    const seenBy = async (question: Question): Promise<Seen> => {
      const got = await ask(question);
      assert.equal(got.status, 200);
      return JSON.parse(got.body.toString()) as Seen;
    };

    test('method, path, authority and fields arrive', async () => {
      const seen = await seenBy({ path: '/a/b?c=d&e', fields: [['x-own', 'value']] });
      assert.equal(seen.method, 'GET');
      assert.equal(seen.path, '/a/b?c=d&e');
      assert.equal(seen.authority, 'service.test:80');
      assert.equal(seen.headers['x-own'], 'value');
      for (const gone of ['connection', 'transfer-encoding', 'upgrade']) {
        // HTTP/1.1 says here that trailers are wanted, and nothing else.
        if (gone === 'connection' && seen.headers.connection !== undefined) assert.match(seen.headers.connection, /^(te|keep-alive)$/i);
        else assert.equal(seen.headers[gone], undefined, gone);
      }
    });

    for (const size of [0, 1, 20_000, 2_000_000]) {
      test(`a request body of ${size} bytes arrives`, async () => {
        const body = randomBytes(size);
        const seen = await seenBy({ method: 'POST', path: '/', body });
        assert.equal(seen.body, sha256(body));
      });
    }

    test('request trailers arrive', async () => {
      const seen = await seenBy({ method: 'POST', path: '/', body: Buffer.from('x'), trailers: { 'x-checksum': 'abc' } });
      assert.deepEqual(seen.trailers, { 'x-checksum': 'abc' });
    });

    test('response trailers arrive', async () => {
      const { body, trailers } = await ask({ path: '/trailers' });
      assert.equal(body.toString(), 'body');
      assert.equal(trailers.get('x-checksum'), 'abc');
    });

    test('HEAD has the length of the body that is not there', async () => {
      const { status, fields, body } = await ask({ method: 'HEAD', path: '/known' });
      assert.equal(status, 200);
      assert.equal(fields.get('content-length'), '10');
      assert.equal(body.length, 0);
    });

    for (const status of [204, 304] as const) {
      test(`${status} has no body and no length`, async () => {
        const got = await ask({ path: `/${status}` });
        assert.equal(got.status, status);
        assert.equal(got.body.length, 0);
        assert.equal(got.fields.get('content-length'), undefined);
        assert.equal(got.fields.get('transfer-encoding'), undefined);
      });
    }

    test('an empty body is empty, and an error is an answer like any other', async () => {
      assert.equal((await ask({ path: '/empty' })).body.length, 0);
      const { status, body } = await ask({ path: '/404' });
      assert.equal(status, 404);
      assert.equal(body.toString(), 'no');
    });

    test('early hints arrive before the answer', async () => {
      const { informational, body } = await ask({ path: '/103' });
      assert.deepEqual(informational, [103]);
      assert.equal(body.toString(), 'page');
    });

    test('a client that waits for 100 gets it', async () => {
      const body = Buffer.from('held back');
      const got = await ask({ method: 'POST', path: '/', fields: [['expect', '100-continue']], body });
      assert.deepEqual(got.informational, [100]);
      assert.equal((JSON.parse(got.body.toString()) as Seen).body, sha256(body));
    });

    test('cookies are one line to a server, however many they came in', async () => {
      const fields =
        first === 'Http2'
          ? ([
              ['cookie', 'a=1'],
              ['cookie', 'b=2'],
            ] as const)
          : ([['cookie', 'a=1; b=2']] as const);
      const seen = await seenBy({ path: '/', fields });
      assert.equal(seen.headers.cookie, 'a=1; b=2');
    });

    test('thirty requests at once are answered each with its own answer', async () => {
      const paths = Array.from({ length: 30 }, (_, at) => `/number/${at}`);
      const seen = await Promise.all(paths.map((path) => seenBy({ path })));
      assert.deepEqual(
        seen.map(({ path }) => path),
        paths,
      );
    });

    if (first === 'Http2') {
      test('http2-wrapper is served', async () => {
        const request = http2wrapper.request(`http://127.0.0.1:${port}/known`, { h2session: client!.session });
        request.end();
        const [response] = (await within(once(request, 'response'), 'the answer')) as [NodeJS.ReadableStream & { statusCode: number }];
        assert.equal(response.statusCode, 200);
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        assert.equal(Buffer.concat(chunks).toString(), '0123456789');
      });
    }

    if (first === 'Http2') {
      test('Host stands for :authority where that is not said, and is refused where they differ', async () => {
        const { body } = await client!.ask({ ':path': '/', host: 'other.test' });
        const { authority, headers } = JSON.parse(body.toString()) as Seen;
        assert.equal(authority, 'other.test');
        if (way.at(-1) === 'Http2') assert.equal(headers.host, undefined);
        await assert.rejects(client!.ask({ ':path': '/', ':authority': 'a.test', host: 'b.test' }), /PROTOCOL_ERROR|reset with 1/);
      });

      test('nghttp is served', { skip: requireTool('nghttp') }, async () => {
        const nghttp = new Child('nghttp', 'nghttp', ['--timeout=5', `http://127.0.0.1:${port}/known`]);
        assert.equal(await nghttp.exit(), 0, nghttp.output);
        assert.match(nghttp.output, /0123456789/);
      });

      test('h2load is served, with many streams on few connections', { skip: requireTool('h2load') }, async () => {
        const h2load = new Child('h2load', 'h2load', ['-c', '4', '-m', '32', '-n', '800', `http://127.0.0.1:${port}/known`]);
        assert.equal(await h2load.exit(20_000), 0, h2load.output);
        assert.match(h2load.output, /800 done, 800 succeeded, 0 failed, 0 errored, 0 timeout/);
      });
    }

    test('curl is served', { skip: requireTool('curl') }, async () => {
      const file = writeConfiguration(temporaryFolder('curl'), 'body.bin', randomBytes(300_000));
      const version = first === 'Http2' ? '--http2-prior-knowledge' : '--http1.1';
      const answer = await curl(version, '--data-binary', `@${file}`, `http://127.0.0.1:${port}/upload`);
      assert.equal(answer.exitCode, 0, answer.stderr);
      assert.match(answer.heads, first === 'Http2' ? /^HTTP\/2 200/ : /^HTTP\/1\.1 200/m);
      assert.equal((JSON.parse(answer.text) as Seen).method, 'POST');
      const head = await curl(version, '--head', `http://127.0.0.1:${port}/known`);
      assert.equal(head.status, 200);
    });
  });
}
