import assert from 'node:assert/strict';
import { test } from 'node:test';
import { highlight } from '../../../lora_manager/web/core/highlight.js';

test('matched words are marked wherever they stand, whatever their case', () => {
  const pieces = highlight('Mist and MISTY (mountain)', ['mist', 'misty', '(mountain)']);
  assert.deepEqual(pieces.filter((piece) => piece.hit).map((piece) => piece.text), ['Mist', 'MISTY', '(mountain)']);
  assert.equal(pieces.map((piece) => piece.text).join(''), 'Mist and MISTY (mountain)');
});

test('no words, no text: nothing breaks', () => {
  assert.deepEqual(highlight('fog', []), [{ text: 'fog', hit: false }]);
  assert.deepEqual(highlight('', ['a']), []);
  assert.deepEqual(highlight('fog', ['']), [{ text: 'fog', hit: false }]);
});
