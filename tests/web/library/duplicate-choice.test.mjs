import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allOthers, inOrder, isSure, keptOf, othersOf, unconfirmed } from '../../../lora_manager/web/library/duplicate-choice.js';

const group = (key, ids, more = {}) => (
  { key, kind: 'file', confirmed: true, keep: ids[0], why: '', items: ids.map((id) => ({ id, size: 10 * id })), ...more });

test('what is suggested stays, unless the user chose another that is still there', () => {
  const three = group('a', [1, 2, 3]);
  assert.equal(keptOf(three, new Map()), 1);
  assert.equal(keptOf(three, new Map([['a', 3]])), 3);
  assert.equal(keptOf(three, new Map([['a', 9]])), 1);
  assert.deepEqual(othersOf(three, new Map([['a', 3]])), [1, 2]);
  assert.deepEqual(inOrder(three, 3).map(({ id }) => id), [3, 1, 2]);
});

test('nothing is deleted on the word of a record, nor because it has the name of another', () => {
  const claimed = group('b', [4, 5], { confirmed: false });
  const named = group('c', [6, 7], { kind: 'name' });
  const versions = group('d', [8, 9], { kind: 'version' });
  assert.deepEqual([claimed, named, versions].map(isSure), [false, false, false]);
  assert.deepEqual(othersOf(versions, new Map()), [9], 'one by one, by the user');
  assert.deepEqual(othersOf(named, new Map()), []);
  const all = allOthers([group('a', [1, 2, 3]), claimed, named, versions], new Map([['a', 2]]));
  assert.deepEqual(all, { ids: [1, 3], groups: 1, bytes: 40 });
  assert.deepEqual(unconfirmed([claimed, named, versions]), [4, 5]);
});

test('one that stays in a group is not deleted for another', () => {
  const { ids } = allOthers([group('a', [1, 2]), group('b', [2, 1])], new Map());
  assert.ok(!(ids.includes(1) && ids.includes(2)), 'one of them is left');
});
