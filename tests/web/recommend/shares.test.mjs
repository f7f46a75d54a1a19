import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rangeText, sharesOf, weightText } from '../../../lora_manager/web/recommend/shares.js';

test('the largest share comes first, and what is next to nothing is left out', () => {
  const shares = sharesOf([
    { kind: 'family', text: 'same base', share: 0.1 },
    { kind: 'words', text: 'fog', share: 0.896 },
    { kind: 'quality', text: '', share: 0.004 },
  ]);
  assert.deepEqual(shares.map(({ label, percent }) => [label, percent]), [['Words', 90], ['Base model', 10]]);
});

test('a weight says where it comes from, unless nothing is known', () => {
  const suggested = { weight: 0.7, low: 0.6, high: 0.8, source: 'own', why: '' };
  assert.equal(weightText(suggested), 'Weight 0.6–0.8, from your own pictures');
  assert.equal(weightText({ ...suggested, low: null, source: 'author' }), 'Weight 0.7, as its author says');
  assert.equal(weightText({ ...suggested, source: 'default' }), '');
  assert.equal(rangeText({ ...suggested, low: 0.7, high: 0.7 }), '0.7');
});
