import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cards } from '../../../lora_manager/web/core/cards.js';

test('the card brought last is the one every part shows; only changes made here are told', () => {
  const cards = new Cards();
  let told = 0;
  cards.subscribe(() => (told += 1));
  cards.remember([{ id: 1, name: 'a' }, { id: 2, name: 'b' }]);
  assert.equal(told, 0);
  cards.changed({ id: 1, name: 'c' });
  assert.equal(told, 1);
  assert.equal(cards.get(1).name, 'c');
  assert.equal(cards.get(null), undefined);
});

test('a day of scrolling does not fill the memory', () => {
  const cards = new Cards();
  for (let id = 0; id < 30_000; id += 1) {
    cards.remember([{ id }]);
  }
  assert.equal(cards.get(1), undefined);
  assert.equal(cards.get(29_999).id, 29_999);
  assert.equal(cards.get(28_000).id, 28_000);
  assert.equal(cards.get(27_999), undefined);
});
