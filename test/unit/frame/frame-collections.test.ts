import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdTable } from '../../../src/protocol/frame-id-table.ts';
import { UnorderedList } from '../../../src/protocol/frame-list.ts';
import { seededRandom } from '../../../src/testing/split.ts';

const LAST_ID = 0x7fff_ffff;

function added(table: IdTable<{ id: number }>): { id: number } {
  const entry = { id: table.takeId() };
  table.add(entry);
  return entry;
}

test('ids are given in turn, and begin anew after the last one', () => {
  const table = new IdTable(LAST_ID - 1);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => added(table).id),
    [LAST_ID - 1, LAST_ID, 1, 2],
  );
});

test('an id that is still in use is passed over when the numbers begin anew', () => {
  const table = new IdTable(1);
  const old = added(table);
  Object.assign(table, { lastId: LAST_ID });
  assert.equal(table.takeId(), 2);
  table.delete(old.id);
  Object.assign(table, { lastId: LAST_ID });
  assert.equal(table.takeId(), 1);
});

test('an id whose slot an old one holds is passed over, and the old one is still found', () => {
  const table = new IdTable(1);
  const old = added(table);
  for (let id = 2; id <= 64; id++) table.delete(added(table).id);
  const next = added(table);
  assert.equal(next.id, 66, '65 would stand where 1 stands');
  assert.equal(table.get(1), old);
  assert.equal(table.get(65), undefined);
  assert.equal(table.get(0), undefined);
});

test('what comes and goes at random is found as in a map, however much there is', () => {
  const random = seededRandom(1);
  const table = new IdTable<{ id: number }>(LAST_ID - 5000);
  const map = new Map<number, { id: number }>();
  for (let round = 0; round < 20_000; round++) {
    if (random() < (round < 10_000 ? 0.6 : 0.4)) {
      const entry = added(table);
      assert.ok(!map.has(entry.id));
      map.set(entry.id, entry);
    } else {
      const id = [...map.keys()][0];
      if (id === undefined) continue;
      assert.equal(table.get(id), map.get(id));
      table.delete(id);
      table.delete(id);
      map.delete(id);
      assert.equal(table.get(id), undefined);
    }
    assert.equal(table.size, map.size);
  }
  for (const [id, entry] of map) assert.equal(table.get(id), entry);
  const left = table.clear();
  assert.deepEqual(new Set(left), new Set(map.values()));
  assert.equal(table.size, 0);
});

test('a list gives back what it holds, and knows what it does not hold', () => {
  const list = new UnorderedList<{ place: number; name: string }>();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ place: -1, name }));
  for (const entry of [a!, b!, c!]) list.add(entry);
  assert.equal(list.delete(a!), true);
  assert.equal(list.delete(a!), false);
  assert.equal(list.size, 2);
  assert.equal(list.delete(c!), true);
  list.add(a!);
  assert.deepEqual(
    list
      .clear()
      .map(({ name }) => name)
      .sort(),
    ['a', 'b'],
  );
  assert.equal(list.size, 0);
  assert.equal(list.delete(b!), false);
});
