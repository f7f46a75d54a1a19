import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hue, initials } from '../../../lora_manager/web/ui/placeholder.js';

test('initials are one or two letters in any script, and never broken in half', () => {
  const cases = [
    ['Ink Wash Dragon', 'IW'], ['ink_wash', 'IW'], ['水墨画の龍', '水'], ['  ', '?'], ['', '?'], ['🐉 Dragon', 'D'],
    ['𝒜lpha beta', '𝒜B'], ['3d render', '3R'], ['<script>', 'S'],
  ];
  for (const [name, letters] of cases) {
    assert.equal(initials(name), letters, name);
  }
});

test('a name has the same hue each time, and names spread over the circle', () => {
  assert.equal(hue('Ink Wash Dragon'), hue('Ink Wash Dragon'));
  const hues = new Set(Array.from({ length: 500 }, (_, n) => Math.floor(Number(hue(`LoRA ${n}`)) / 30)));
  assert.equal(hues.size, 12);
});
