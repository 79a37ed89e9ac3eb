import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getHeapSpaceStatistics } from 'node:v8';
import { tuneCollector } from '../../../src/server/command-line/collector.ts';

/** Large objects of V8's own heap, the young ones too. */
function largeObjectBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => space_name.endsWith('large_object_space'))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
}

test("the ballast weighs eight megabytes in V8's heap, however often it is asked for", () => {
  const before = largeObjectBytes();
  tuneCollector();
  tuneCollector();
  const weight = largeObjectBytes() - before;
  assert.ok(weight >= 8_000_000 && weight < 9_000_000, `${weight} bytes`);
});
