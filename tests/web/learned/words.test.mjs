import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventText, grounds, isUnsure, lean, rangeText, verdict } from '../../../lora_manager/web/learned/words.js';

const one = (mean, low = mean - 0.05, high = mean + 0.05, more = {}) => ({
  id: 1, kind: 'tag', key: 'ink', label: 'ink', mean, low, high, positive: 8, negative: 2, evidence: 10,
  updated_at: '', source: 'used', pinned: null, unsure: false, ...more,
});

test('how much it is liked is said in words', () => {
  const said = [0.9, 0.6, 0.52, 0.4, 0.1].map((mean) => verdict(one(mean)));
  assert.deepEqual(said, ['You like it', 'You rather like it', 'As good as any', 'You rather dislike it', 'You dislike it']);
  assert.deepEqual([0.9, 0.52, 0.1].map((mean) => lean(one(mean))), ['up', '', 'down']);
});

test('what is pinned is said to be, whatever was learned', () => {
  const pinned = one(0.1, 0.05, 0.9, { pinned: 1, unsure: true });
  assert.deepEqual([verdict(pinned), lean(pinned), isUnsure(pinned)], ['Always preferred', 'up', false]);
  assert.equal(verdict(one(0.9, 0.8, 1, { pinned: -1 })), 'Always avoided');
});

test('few signs are too early to tell', () => {
  const early = one(0.6, 0.3, 0.9, { unsure: true, evidence: 1, updated_at: new Date().toISOString() });
  assert.deepEqual([verdict(early), lean(early), grounds(early)], ['Too early to tell', '', '1 sign, just now']);
  assert.equal(grounds({ ...early, evidence: 3 }), '3 signs, the last just now');
  assert.equal(grounds(one(0.8)), '10 signs');
  assert.equal(verdict(one(0.52)), 'As good as any', 'it is known well, and is neither');
  assert.equal(rangeText(one(0.8)), 'Liking of 80 of 100, between 75 and 85');
});

test('a sign says what was done', () => {
  assert.equal(eventText({ kind: 'image_rated', value: 4 }), 'Picture rated, 4 stars');
  assert.equal(eventText({ kind: 'dismissed', value: null }), 'Not for me');
  assert.equal(eventText({ kind: 'something_new', value: 1 }), 'Used');
});
