import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createProxy, type MeshProxy, SILENT_LOGGER } from '../../src/index.ts';
import { proxyConfiguration } from '../support/configuration.ts';
import { frame, receive as receiveFrame, text } from '../support/dubbo-wire.ts';
import { freePort } from '../support/ports.ts';
import { RawConnection, RawServer } from '../support/raw-connection.ts';

const TWO_WAY_REQUEST = 0xc2;
const RESPONSE = 0x02;
const OK = 20;

/** A call in hessian2 without arguments. */
function call(id: bigint, method: string, attachments: readonly string[] = []): Buffer {
  const names = ['2.0.2', 'org.example.Service', '0.0.0', method, ''].map(text).join('');
  return frame(TWO_WAY_REQUEST, 0, id, `${names}H${attachments.map(text).join('')}Z`);
}

/** A call with an argument that the provider can call back. */
const subscription = (id: bigint): Buffer => call(id, 'subscribe', ['sys_callback_arg-0', '17']);

const answer = (id: bigint, value: string): Buffer => frame(RESPONSE, OK, id, `\x91${text(value)}`);

/** The next frame, but for its status. */
async function receive(connection: RawConnection): Promise<{ readonly flags: number; readonly id: bigint; readonly body: string }> {
  const { flags, id, body } = await receiveFrame(connection);
  return { flags, id, body: body.toString('latin1') };
}

let provider: RawServer;
let proxy: MeshProxy;
let port: number;

before(async () => {
  provider = await RawServer.listen();
  port = await freePort();
  proxy = createProxy({ logger: SILENT_LOGGER });
  const dubbo = { downstream_protocol: 'dubbo', upstream_protocol: 'dubbo' };
  await proxy.start(
    proxyConfiguration({
      listen: port,
      hosts: [provider.address],
      match: { headers: [{ name: 'service', value: '.*', regex: true }] },
      proxy: dubbo,
    }),
  );
});

after(async () => {
  await proxy.stop(0);
  await provider.close();
});

/** A consumer that has made one call, and the provider's end of the connection that it came by. */
async function bonded(): Promise<{ consumer: RawConnection; server: RawConnection }> {
  const consumer = await RawConnection.open(port);
  consumer.send(subscription(1n));
  const server = await provider.accept();
  const asked = await receive(server);
  server.send(answer(asked.id, 'subscribed'));
  assert.deepEqual(await receive(consumer), { flags: RESPONSE, id: 1n, body: `\x91${text('subscribed')}` });
  return { consumer, server };
}

test('a provider calls back the consumer that called it, under ids of its own', async () => {
  const { consumer, server } = await bonded();
  server.send(call(0xfedc_ba98_7654_3210n, 'changed'));
  const asked = await receive(consumer);
  assert.equal(asked.flags, TWO_WAY_REQUEST);
  assert.match(asked.body, /changed/);
  consumer.send(answer(asked.id, 'thanks'));
  assert.deepEqual(await receive(server), { flags: RESPONSE, id: 0xfedc_ba98_7654_3210n, body: `\x91${text('thanks')}` });
});

test('each consumer is called back on its own connection', async () => {
  const [first, second] = [await bonded(), await bonded()];
  second.server.send(call(7n, 'second'));
  first.server.send(call(7n, 'first'));
  assert.match((await receive(first.consumer)).body, /first/);
  assert.match((await receive(second.consumer)).body, /second/);
});

test('a consumer that is gone takes its upstream connection with it', async () => {
  const { consumer, server } = await bonded();
  consumer.end();
  await server.expectEnd();
});

test('a callback whose consumer leaves is answered', async () => {
  const { consumer, server } = await bonded();
  server.send(call(9n, 'changed'));
  await receive(consumer);
  consumer.reset();
  // Its connection goes with the consumer: an answer before that is welcome, silence is not.
  const rest = await server.untilEnd();
  assert.ok(rest.length === 0 || rest.charCodeAt(2) === RESPONSE);
});

test('calls that announce no callback share a connection, on which the provider can ask nobody', async () => {
  const { consumer, server } = await bonded();
  const other = await RawConnection.open(port);
  for (const each of [consumer, other]) each.send(call(2n, 'ask'));
  const shared = await provider.accept();
  for (const asked of [await receive(shared), await receive(shared)]) {
    assert.match(asked.body, /ask/);
    shared.send(answer(asked.id, 'answer'));
  }
  for (const each of [consumer, other]) assert.deepEqual(await receive(each), { flags: RESPONSE, id: 2n, body: `\x91${text('answer')}` });

  shared.send(call(5n, 'changed'));
  assert.match((await receive(shared)).body, /requests are not taken in this direction/);
  consumer.send(subscription(3n));
  assert.match((await receive(server)).body, /subscribe/, 'the connection that is there is used again');
});
