import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { outlierScene } from './scene.ts';

const HOSTS = 7;

/** An answer of one host, or time that passes. */
const step = fc.oneof(
  fc.record({ host: fc.nat(HOSTS - 1), status: fc.constantFrom(200, 404, 500, 503), times: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ ms: fc.integer({ min: 1, max: 40_000 }) }),
);

test('whatever happens, no more hosts are ejected than may be, each for its time, and all return when all is quiet', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 100 }), (steps, maxEjectionPercent) => {
      const scene = outlierScene(HOSTS, { maxEjectionPercent, consecutiveGatewayFailure: 3, maxEjectionMs: 90_000 });
      for (const each of steps) {
        if ('ms' in each) scene.timers.advance(each.ms);
        else scene.answer(each.host, each.status, each.times);
        // The last that was ejected was so while less than the share were.
        const most = Math.ceil((maxEjectionPercent * HOSTS) / 100);
        assert.ok(scene.ejected.length <= most, `${scene.ejected} of ${HOSTS}, at most ${most}`);
        assert.equal(scene.detector.ejected, scene.ejected.length);
      }
      // The longest ejection, and the look that finds it over.
      scene.timers.advance(90_000 + 10_000);
      assert.deepEqual(scene.ejected, []);
      const ejections = scene.events.filter((event) => event.action === 'eject' && event.enforced).length;
      assert.equal(scene.events.filter(({ action }) => action === 'return').length, ejections);
    }),
    { numRuns: 300 },
  );
});
