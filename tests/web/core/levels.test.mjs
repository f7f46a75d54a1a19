import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelBits, levelText, turnedLevel } from '../../../lora_manager/web/core/levels.js';

test('levels are bits, told in words', () => {
  assert.equal(levelText(1), 'PG');
  assert.equal(levelText(5), 'PG, R');
  assert.equal(levelText(63), 'PG, PG-13, R, X, XXX, blocked');
  assert.equal(levelText(null), '');
  assert.equal(levelText('Mature'), 'R');
  assert.equal(levelBits('what'), 0);
});

test('each is turned by itself; none left is nothing known', () => {
  assert.equal(turnedLevel(1, 4), 5);
  assert.equal(turnedLevel(5, 1), 4);
  assert.equal(turnedLevel(4, 4), null);
  assert.equal(turnedLevel(null, 16), 16);
});
