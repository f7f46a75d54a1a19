import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modulesText, rankText, sameHash, spreadText } from '../../../lora_manager/web/detail/network-text.js';

test('one rank is a number, several are a spread', () => {
  assert.equal(rankText({ rank: 16, rank_max: 16, ranks: { 16: 132 } }), '16');
  assert.equal(rankText({ rank: 16, rank_max: 64, ranks: { 4: 10, 16: 100, 64: 22 } }), '4 to 64');
  assert.equal(rankText({ rank: 8, rank_max: 32, ranks: {} }), '8 to 32');
  assert.equal(rankText({ rank: null, rank_max: null, ranks: {} }), '');
  assert.equal(spreadText({ ranks: { 4: 10, 16: 100, 64: 1 } }), '100 modules of rank 16, 10 modules of rank 4, 1 module of rank 64');
  assert.equal(spreadText({ ranks: { 16: 132 } }), '');
});

test('modules are told by part, the largest first, and a part without a name as it is called', () => {
  const text = modulesText({ modules: { te1: 12, unet: 120, odd: 1 } });
  assert.equal(text, '120 in the U-Net, 12 in the text encoder, 1 in odd');
});

test('a hash that is cut short is still the same', () => {
  assert.ok(sameHash('14ED9E984A076', '14ed9e984a07'));
  assert.ok(!sameHash('14ed9e984a', '15ed9e984a'));
  assert.ok(!sameHash('', ''));
  assert.ok(!sameHash(null, '14ed'));
});
