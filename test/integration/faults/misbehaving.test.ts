import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type FeatureStage, featureTest } from '../../support/feature-stage.ts';
import { Random } from '../../support/random.ts';
import { resetSocket } from '../../support/raw-connection.ts';
import { RawHost } from './hosts.ts';
import { load, retrying, SAFE, type Tally, UNSAFE } from './load.ts';

/** A good host and one that behaves like that, of which the former answers whatever it is asked. */
async function beside(
  stage: FeatureStage,
  behave: (socket: Socket) => void,
  body: (bad: RawHost) => Promise<void>,
  settings: object = {},
): Promise<void> {
  const bad = await RawHost.start(behave);
  try {
    const good = await stage.backend('good');
    const hosts = [{ address: bad.address }, { address: good.address }];
    await stage.start({ routes: retrying(true), clusters: { backends: { hosts, ...settings } } });
    await body(bad);
  } finally {
    bad.close();
  }
}

const EJECTING = { outlier_detection: { consecutive_5xx: 2, base_ejection_time: '60s', max_ejection_percent: 50 } };

const end = (socket: Socket): void => void socket.once('data', () => socket.end());
const reset = (socket: Socket): void => void socket.once('data', () => resetSocket(socket));

featureTest('a host that resets connections when it is asked costs no call that may be done again', async (stage) => {
  await beside(stage, reset, async (bad) => {
    const { errors, answers } = await load(stage, { calls: 40, callers: 4, call: SAFE });
    assert.deepEqual([errors, answers], [[], { good: 40 }]);
    assert.ok(bad.connections > 1, 'it is asked again and again');
  });
});

featureTest('a host that ends connections when it is asked costs no call that may be done again', async (stage) => {
  await beside(stage, end, async () => {
    const { errors } = await load(stage, { calls: 40, callers: 4, call: SAFE });
    assert.deepEqual(errors, []);
  });
});

/** One caller: each of its calls that reaches the bad host and is not tried again is lost, until that is ejected. */
async function lost(stage: FeatureStage, behave: (socket: Socket) => void, safe = false): Promise<Tally> {
  const bad = await RawHost.start(behave);
  try {
    const good = await stage.backend('good');
    const hosts = [{ address: bad.address }, { address: good.address }];
    await stage.start({ routes: retrying(safe), clusters: { backends: { hosts, ...EJECTING } } });
    return await load(stage, { calls: 20, callers: 1, call: safe ? SAFE : UNSAFE });
  } finally {
    bad.close();
  }
}

featureTest('of calls that may not be done again, a host that resets connections costs as many as it takes to eject it', async (stage) => {
  const { errors, answers } = await lost(stage, reset);
  assert.deepEqual([errors.length, answers], [2, { good: 18 }]);
});

featureTest('of calls that may not be done again, a host that ends connections costs as many as it takes to eject it', async (stage) => {
  const { errors, answers } = await lost(stage, end);
  assert.deepEqual([errors.length, answers], [2, { good: 18 }]);
});

featureTest('a host that answers garbage costs as many calls as it takes to eject it, whatever may be done again', async (stage) => {
  const noise = new Random(7);
  const garbage = (socket: Socket): void =>
    void socket.on('data', () => socket.write(Buffer.from(Array.from({ length: 512 }, () => noise.below(256)))));
  const { errors, answers } = await lost(stage, garbage, true);
  assert.deepEqual([errors.length, answers], [2, { good: 18 }]);
});

async function slowHost(stage: FeatureStage, idempotent: boolean): Promise<void> {
  const slow = await stage.backend('slow', async () => {
    await wait(700);
    return { body: 'slow' };
  });
  const good = await stage.backend('good');
  await stage.start({ routes: retrying(idempotent, '250ms'), clusters: { backends: { backends: [slow, good], ...EJECTING } } });
}

featureTest('a host that is slower than a try may take costs no call that may be done again', async (stage) => {
  await slowHost(stage, true);
  const { errors, answers } = await load(stage, { calls: 20, callers: 4, call: SAFE });
  assert.deepEqual([errors, answers], [[], { good: 20 }]);
});

featureTest('of calls that may not be done again, such a host costs as many as it takes to eject it', async (stage) => {
  await slowHost(stage, false);
  const { errors, answers } = await load(stage, { calls: 12, callers: 1, call: UNSAFE });
  assert.deepEqual([errors.length, answers], [2, { good: 10 }]);
});

featureTest('a host that is slow within its time is waited for', async (stage) => {
  const slow = await stage.backend('slow', async () => {
    await wait(150);
    return { body: 'slow' };
  });
  const good = await stage.backend('good');
  await stage.start({ clusters: { backends: { backends: [slow, good] } } });
  const { errors, answers } = await load(stage, { calls: 12, callers: 4, call: UNSAFE });
  assert.deepEqual(errors, []);
  assert.deepEqual(answers, { slow: 6, good: 6 });
});
