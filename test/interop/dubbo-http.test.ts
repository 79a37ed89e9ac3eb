/** Clients of HTTP call Java providers of Dubbo, which know nothing of it. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import { createProxy, type MeshProxy, SILENT_LOGGER } from '../../src/index.ts';
import { proxyConfiguration } from '../support/configuration.ts';
import { Http2Client } from '../support/http2-client.ts';
import { DUBBO_VERSIONS, type DubboProfile } from '../support/java-project.ts';
import { freePort } from '../support/ports.ts';
import { requireTool } from '../support/tools.ts';
import { interopProject, Provider } from './dubbo/services.ts';

const API = 'org.meshloom.interop.api';

interface Answer {
  readonly status: number;
  readonly json: unknown;
}

for (const profile of Object.keys(DUBBO_VERSIONS) as DubboProfile[]) {
  describe(`HTTP to a provider of ${DUBBO_VERSIONS[profile]}`, { skip: requireTool('java', 'mvn') }, () => {
    let provider: Provider;
    let proxy: MeshProxy;
    let port: number;

    before(async () => {
      provider = await Provider.start(await interopProject(profile));
      port = await freePort();
      proxy = createProxy({ logger: SILENT_LOGGER });
      await proxy.start(
        proxyConfiguration({
          listen: port,
          hosts: [`127.0.0.1:${provider.port}`],
          proxy: { downstream_protocol: 'Auto', upstream_protocol: 'dubbo' },
        }),
      );
    });
    after(async () => {
      await proxy.stop(0);
      await provider.child.stop();
    });

    async function call(path: string, values: readonly unknown[], fields: Record<string, string> = {}): Promise<Answer> {
      const response = await fetch(`http://127.0.0.1:${port}/${API}.${path}`, {
        method: 'POST',
        body: JSON.stringify(values),
        headers: { 'content-type': 'application/json', ...fields },
        signal: AbortSignal.timeout(10_000),
      });
      assert.equal(response.headers.get('content-type'), 'application/json');
      return { status: response.status, json: await response.json() };
    }

    test('values go there and back', async () => {
      for (const text of ['plain', '', '世界 \ud83e\uddc0', 'x'.repeat(100_000)]) {
        assert.deepEqual(await call('EchoService/text', [text]), { status: 200, json: text });
      }
      assert.deepEqual(await call('EchoService/text', [null]), { status: 200, json: null });
      assert.deepEqual(await call('EchoService/nothing', []), { status: 200, json: null });
      assert.deepEqual(await call('EchoService/ints', [[1, -2, 3]]), { status: 200, json: [1, -2, 3] });
      assert.deepEqual(await call('EchoService/longs', [[1, 2 ** 40]]), { status: 200, json: [1, 2 ** 40] });
      assert.deepEqual(await call('EchoService/sum', [true, 1, 2, 'a', 3, 4, 0.5, 0.25]), {
        status: 200,
        json: 1 + 1 + 2 + 97 + 3 + 4 + 0.75,
      });
    });

    test('beans are objects, with other beans, lists, maps, dates and decimals in them', async () => {
      const order = {
        id: 'o-1',
        state: 'SHIPPED',
        placed: 1_700_000_000_123,
        total: 12.5,
        customer: { name: 'Li', city: '成都' },
        lines: [{ article: 'tea', count: 2, grams: 250 }],
        parts: { first: { id: 'p-1', state: 'OPEN', lines: [], parts: {} } },
      };
      const { status, json } = await call('EchoService/order', [order]);
      assert.equal(status, 200);
      const { id, state, placed, total, customer, lines, parts } = json as typeof order;
      assert.deepEqual([id, state, placed, total], ['o-1', 'SHIPPED', 1_700_000_000_123, 12.5]);
      assert.deepEqual([customer.name, customer.city, lines[0]?.article, lines[0]?.count, lines[0]?.grams], ['Li', '成都', 'tea', 2, 250]);
      assert.deepEqual([parts.first.id, parts.first.state], ['p-1', 'OPEN']);
    });

    test('types are named where a method has to be told from others', async () => {
      assert.deepEqual(await call('EchoService/text', ['a'], { 'x-dubbo-types': 'java.lang.String' }), { status: 200, json: 'a' });
      const { status } = await call('EchoService/text', ['a'], { 'x-dubbo-types': 'int' });
      assert.ok(status >= 400, `${status}`);
    });

    test('group and version choose the service', async () => {
      assert.deepEqual(await call('VariantService/variant?group=blue&version=1.0.0', ['x']), { status: 200, json: 'blue/1.0.0 x' });
      assert.deepEqual(await call('VariantService/variant?group=green&version=2.0.0', ['x']), { status: 200, json: 'green/2.0.0 x' });
      assert.deepEqual(await call('VariantService/variant', ['x']), { status: 200, json: 'null/null x' });
    });

    test('an exception of the service is told by its class and message', async () => {
      const { status, json } = await call('FailingService/outOfStock', ['tea']);
      assert.equal(status, 500);
      const { exception, message } = json as { exception: string; message: string };
      assert.equal(exception, `${API}.OutOfStockException`);
      assert.match(message, /tea/);
    });

    test('an unknown service and an unknown method are told as such', async () => {
      const unknown = await call('NoService/m', []);
      assert.ok([400, 404].includes(unknown.status), JSON.stringify(unknown));
      // In words of its version.
      assert.match((unknown.json as { message: string }).message, /\w/);
      const method = await call('EchoService/noMethod', []);
      assert.ok(method.status >= 400);
      assert.match(JSON.stringify(method.json), /noMethod/);
    });

    test('the same over HTTP/2', async () => {
      const client = await Http2Client.open(port);
      const headers = { ':method': 'POST', ':path': `/${API}.EchoService/text` };
      const answers = await Promise.all(['a', 'b', 'c'].map((text) => client.ask(headers, JSON.stringify([text]))));
      assert.deepEqual(
        answers.map(({ status, body }) => [status, body.toString()]),
        [
          [200, '"a"'],
          [200, '"b"'],
          [200, '"c"'],
        ],
      );
      await client.close();
    });

    test('many at once, each with its own answer', async () => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, at) => call('CallService/slow', [`call ${at}`, at % 20])));
      for (const [at, answer] of answers.entries()) assert.deepEqual(answer, { status: 200, json: `call ${at}` });
    });
  });
}
