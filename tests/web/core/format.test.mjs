import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as format from '../../../lora_manager/web/core/format.js';

test('bytes are short, and never more than four characters before the unit', () => {
  assert.equal(format.bytes(0), '0 B');
  assert.equal(format.bytes(999), '999 B');
  assert.equal(format.bytes(4234), '4.1 KB');
  assert.equal(format.bytes(228_000_000), '217 MB');
  assert.equal(format.bytes(1024 ** 3), '1.0 GB');
  assert.equal(format.bytes(null), '');
  assert.equal(format.bytes(Number.NaN), '');
});

test('weights have one or two decimals and no rounding dust', () => {
  assert.equal(format.weight(1), '1.0');
  assert.equal(format.weight(0.75), '0.75');
  assert.equal(format.weight(0.1 + 0.2), '0.3');
  assert.equal(format.weight(-0.5), '-0.5');
  assert.equal(format.weight(null), '');
});

test('durations grow from seconds to hours', () => {
  const cases = [
    [0, '0 s'], [0.04, '0 s'], [0.42, '0.4 s'], [4.4, '4 s'], [89, '89 s'], [240, '4 min'], [3600, '1 h'], [3900, '1 h 5 min'],
  ];
  for (const [seconds, text] of cases) {
    assert.equal(format.duration(seconds), text);
  }
  assert.equal(format.duration(null), '');
});

test('times ago take ISO text and epochs, and nonsense is no time', () => {
  const now = Date.parse('2026-01-10T12:00:00Z');
  assert.equal(format.ago('2026-01-10T11:59:30Z', now), 'just now');
  assert.equal(format.ago('2026-01-10T11:55:00Z', now), '5 min ago');
  assert.equal(format.ago('2026-01-08T12:00:00Z', now), '2 d ago');
  assert.equal(format.ago(now / 1000 - 7200, now), '2 h ago');
  assert.equal(format.ago('yesterday', now), '');
  assert.equal(format.ago(null, now), '');
});

test('percentages are whole and never above 100', () => {
  assert.equal(format.percent(199, 200), 99);
  assert.equal(format.percent(7, 5), 100);
  assert.equal(format.percent(1, 0), 0);
});

test('base models get a badge of a few letters', () => {
  const cases = [
    ['SDXL 1.0', 'XL'], ['Pony', 'Pony'], ['Illustrious', 'IL'], ['NoobAI', 'Noob'], ['Flux.1 D', 'Flux'],
    ['SD 1.5', 'SD 1.5'], ['SD 1.5 LCM', 'SD 1.5'], ['Wan Video', 'Wan'], ['', ''],
  ];
  for (const [name, badge] of cases) {
    assert.equal(format.badge(name), badge);
  }
});

test('a number may be typed with a comma; what is none is not taken for one', () => {
  const cases = [['0,45', 0.45], [' 0.8 ', 0.8], ['-1,5', -1.5], ['−0.5', -0.5], ['.5', 0.5], ['1.', 1], ['', null],
    ['1,2,3', null], ['0x10', null], ['ten', null], ['1e9', null]];
  for (const [text, number] of cases) {
    assert.equal(format.readNumber(text), number, text);
  }
});

test('a share is rounded, but a few are not none, and not all are not all', () => {
  const shares = [[2, 201], [0, 201], [3, 201], [200, 201], [201, 201], [1, 3], [0, 0]];
  assert.deepEqual(shares.map(([part, whole]) => format.share(part, whole)), ['<1', '0', '1', '99', '100', '33', '0']);
});
