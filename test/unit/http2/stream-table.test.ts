import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StreamTable } from '../../../protocols/http2/stream-table.ts';

const entry = (id: number) => ({ id });

test('streams are found by their ids, in the order in which they began', () => {
  const table = new StreamTable<{ id: number }>();
  for (const id of [1, 3, 5, 7]) table.add(entry(id));
  table.delete(3);
  assert.deepEqual([table.size, table.get(5)?.id, table.get(3), table.get(9)], [3, 5, undefined, undefined]);
  assert.deepEqual(
    table.all().map(({ id }) => id),
    [1, 5, 7],
  );
});

test('to delete what is not there changes nothing', () => {
  const table = new StreamTable<{ id: number }>();
  table.add(entry(1));
  table.delete(33);
  assert.deepEqual([table.size, table.get(1)?.id], [1, 1]);
});

test('a peer that leaves out ids so that all of them want one slot is served all the same', () => {
  const table = new StreamTable<{ id: number }>();
  const ids = Array.from({ length: 128 }, (_, n) => 1 + n * 2 ** 20);
  for (const id of ids) table.add(entry(id));
  for (const id of ids.filter((_, n) => n % 3 === 0)) table.delete(id);
  for (const [n, id] of ids.entries()) assert.equal(table.get(id)?.id, n % 3 === 0 ? undefined : id);
});

test('it is a Map of streams, whatever is added and deleted', () => {
  const ids = fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((n) => n * 2 + 1);
  const near = fc.integer({ min: 0, max: 40 }).map((n) => n * 2 + 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.oneof(near, ids)), { maxLength: 200 }), (steps) => {
      const table = new StreamTable<{ id: number }>();
      const model = new Map<number, { id: number }>();
      for (const [adds, id] of steps) {
        if (!adds) {
          table.delete(id);
          model.delete(id);
        } else if (!model.has(id)) {
          const one = entry(id);
          table.add(one);
          model.set(id, one);
        }
        assert.equal(table.size, model.size);
        for (const known of model.keys()) assert.equal(table.get(known), model.get(known));
        assert.equal(table.get(id), model.get(id));
      }
      assert.deepEqual(
        table.all(),
        [...model.values()].sort((one, other) => one.id - other.id),
      );
    }),
  );
});
