import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeText, readRange } from '../../../lora_manager/web/detail/ranges.js';

test('a range is read however it is written', () => {
  for (const text of ['0.6 to 0.9', '0.6-0.9', '0,6 – 0,9', ' .6 .9 ', '0.9 to 0.6', 'from 0.6 up to 0.9']) {
    assert.deepEqual(readRange(text), { low: 0.6, high: 0.9 }, text);
  }
  assert.deepEqual(readRange('-1 to 0.5'), { low: -1, high: 0.5 });
  assert.deepEqual(readRange('-1--0.5'), { low: -1, high: -0.5 });
  assert.deepEqual(readRange('0.8'), { low: 0.8, high: 0.8 });
  assert.deepEqual(readRange(' '), { low: null, high: null });
  for (const text of ['much', '1 2 3', '900']) {
    assert.equal(readRange(text), null, text);
  }
});

test('a range is told, and so is half of one', () => {
  assert.equal(rangeText({ low: 0.6, high: 1 }), '0.6 to 1.0');
  assert.equal(rangeText({ low: null, high: 1 }), 'up to 1.0');
  assert.equal(rangeText({ low: 0.6, high: null }), '0.6 up');
  assert.equal(rangeText({ low: null, high: null }), '');
});
