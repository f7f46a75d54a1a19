import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleText, setText } from '../../../lora_manager/web/library/set-words.js';

const bulk = (action, params, selected) => ({ action, params, selected });

test('a set says what it did, and with how many', () => {
  const tagged = { kind: 'bulk_edit', count: 3_410, what: bulk('tags', { add: ['anime', 'ink'], remove: [] }, 3_412) };
  assert.equal(setText(tagged), 'Tagged 3,410 LoRAs: +anime, +ink');
  assert.equal(setText({ ...tagged, what: bulk('tags', { replace: [] }, 5) }), 'Replaced the tags of 5 LoRAs');
  const rated = { kind: 'bulk_edit', count: 2, what: bulk('edit', { values: { rating: 4 } }, 2) };
  assert.equal(setText(rated), 'Rated 2 LoRAs: 4 stars');
  assert.equal(setText({ ...rated, what: bulk('edit', { values: { active: false } }, 2) }), '2 LoRAs are inactive and hidden');
  assert.equal(setText({ ...rated, what: bulk('edit', { values: { base_model: 'Pony' } }, 1) }), 'Set the base model of 1 LoRA: Pony');
  assert.equal(setText({ ...rated, what: bulk('edit', { reset: ['tags'] }, 2) }), 'Put 2 LoRAs back to what their records say');
  assert.equal(setText({ kind: 'trash', count: 7, what: bulk('delete', {}, 7) }), 'Moved 7 LoRAs to the trash');
});

test('sets of one, of scans and of another version are told as well as can be', () => {
  assert.equal(setText({ kind: 'edit', count: 3, what: {} }), 'Edited 1 LoRA');
  assert.equal(setText({ kind: 'import', count: 12 }), 'A scan read other values for 12 fields');
  assert.equal(setText({ kind: 'something_new', count: 2, what: {} }), '2 changes');
});

test('an undo says what it undid', () => {
  const what = { of: 'bulk_edit', action: 'tags', params: { add: ['ink'] }, selected: 60 };
  assert.equal(setText({ kind: 'undo', count: 60, what }), 'Undid: Tagged 60 LoRAs: +ink');
  assert.equal(setText({ kind: 'undo', count: 1, what: { of: 'change' } }), 'Took 1 change back');
  assert.match(setText({ kind: 'back_to', count: 9, what: { at: '2026-11-20T18:30:00.000Z' } }), /^Went back to 20 Nov 2026/);
});

test('what happened to one LoRA is told by what changed', () => {
  const change = { name: 'Hollow Armor', field: 'version', old: 'one', new: 'two' };
  assert.equal(sampleText({ kind: 'edit', count: 1, sample: [change] }), 'Hollow Armor: Version: one → two');
  const sample = [change, { ...change, field: 'tags', old: ['a'], new: ['b'] }];
  assert.equal(sampleText({ kind: 'edit', count: 3, sample }), 'Hollow Armor: Version: one → two; Tags: +b −a and 1 more');
  assert.equal(sampleText({ kind: 'edit', count: 2, sample: [change, { ...change, name: 'Moth' }] }), '');
  assert.equal(sampleText({ kind: 'bulk_edit', count: 1, what: { selected: 60 }, sample: [change] }), '');
  assert.equal(sampleText({ kind: 'edit', count: 1 }), '');
});
