import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Motion } from '../../../lora_manager/web/catalogue/motion.js';

/** The view goes `step` cards a frame. */
function moved(step, frames, motion = new Motion(), from = 0, at = 1000) {
  for (let n = 1; n <= frames; n += 1) {
    motion.to(from + step * n, at + 16 * n);
  }
  return motion;
}

test('what moves on is looked ahead of, the farther the faster, and not without end', () => {
  const reaches = [1, 4, 14, 100].map((step) => moved(step, 10).reach);
  assert.deepEqual([...reaches].sort((one, other) => one - other), reaches);
  assert.ok(reaches[0] > 0 && reaches[3] <= 240);
  assert.ok(moved(-4, 10, new Motion(), 5000).reach < 0);
});

test('a first step, a jump and a turn are no way yet', () => {
  assert.equal(moved(4, 2).reach, 0);
  const motion = moved(4, 10);
  motion.to(9000, 1200);
  assert.equal(motion.reach, 0);
  moved(4, 10, motion, 9000, 1300);
  motion.to(9030, 1500);
  assert.equal(motion.reach, 0);
});

test('after a rest it begins anew', () => {
  const motion = moved(4, 10);
  motion.to(60, 5000);
  assert.equal(motion.reach, 0);
});
