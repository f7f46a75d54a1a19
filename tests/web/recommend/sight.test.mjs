import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Sight } from '../../../lora_manager/web/recommend/sight.js';

const ITEMS = [1, 2, 3, 4].map((id) => ({ id, position: id - 1 }));
const nobody = () => false;

function sight() {
  const clock = { now: 0 };
  const seen = new Sight(() => clock.now);
  return { clock, seen };
}

test('those above the one that was put in were passed over, once the list stood for five seconds', () => {
  const { clock, seen } = sight();
  seen.show('a');
  seen.turn(true);
  clock.now = 4900;
  assert.deepEqual(seen.passed(ITEMS, 3, nobody), []);
  clock.now = 5000;
  assert.deepEqual(seen.passed(ITEMS, 3, (id) => id === 1).map(({ id }) => id), [2]);
  assert.deepEqual(seen.passed(ITEMS, 4, nobody).map(({ id }) => id), [1, 3], 'each is told once');
  assert.deepEqual(seen.passed(ITEMS, 9, nobody), []);
});

test('time in which nobody could see the list does not count, nor that of another list', () => {
  const { clock, seen } = sight();
  seen.show('a');
  seen.turn(true);
  clock.now = 3000;
  seen.turn(false);
  clock.now = 60_000;
  seen.turn(true);
  assert.equal(seen.stood, 3000);
  clock.now = 62_000;
  assert.equal(seen.stood, 5000);
  seen.show('b');
  assert.equal(seen.stood, 0);
  seen.show('b');
  clock.now = 68_000;
  assert.deepEqual(seen.passed(ITEMS, 2, nobody).map(({ id }) => id), [1]);
});
