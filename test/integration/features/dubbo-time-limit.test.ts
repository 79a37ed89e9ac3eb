import assert from 'node:assert/strict';
import { featureTest } from '../../support/feature-stage.ts';

featureTest(
  "a call is given up when what was left of its consumer's time is over",
  async (stage) => {
    await stage.backend('mute', () => 'silence');
    await stage.start();
    const { outcome, body } = await stage.call({ fields: { _TO: '50' } });
    assert.equal(outcome, 'timeout');
    assert.match(body, /50 ms of the caller/);
  },
  ['dubbo'],
);

featureTest(
  'the attachment `timeout` is a time limit where the listener is told to read it',
  async (stage) => {
    await stage.backend('mute', ({ method }) => (method === 'answer' ? { body: 'late' } : 'silence'));
    const fields = { timeout: '50' };
    await stage.start({ proxy: { extend_config: { read_timeout_attachment: true } } });
    assert.equal((await stage.call({ fields, method: 'hang' })).outcome, 'timeout');
    await stage.reconfigure({});
    const unlimited = await stage.client();
    const hanging = unlimited.call({ fields, method: 'hang' });
    hanging.catch(() => undefined);
    assert.equal((await unlimited.call({ fields, method: 'answer' })).body, 'late');
    assert.equal(await Promise.race([hanging, new Promise((resolve) => setTimeout(resolve, 150, 'waits'))]), 'waits');
  },
  ['dubbo'],
);
