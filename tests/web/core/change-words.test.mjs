import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeText, diffWords, plainChange, valueText, whoText } from '../../../lora_manager/web/core/change-words.js';

const said = (field, old, now) => plainChange({ field, old, new: now });
const source = (name) => ({ civitai_model: 'Civitai' })[name] ?? name;

test('values are told from and to, and what was or is nothing is told so', () => {
  assert.equal(said('weight', 0.8, 1), 'Weight: 0.8 → 1.0');
  assert.equal(said('version', null, 'v2'), 'Version: v2');
  assert.equal(said('version', 'v2', ''), 'Version: v2 taken away');
  assert.equal(said('rating', 0, 5), 'Rating: not rated → 5 stars');
  assert.equal(said('ordinal', 0, 3), 'Order number: 0 → 3');
  assert.equal(said('nsfw_level', 1, 5), 'Content level: PG → PG, R');
  assert.equal(said('favourite', false, true), 'Marked as a favourite');
  assert.equal(said('active', true, false), 'Made inactive');
});

test('of lists the difference is told, or that only the order is another', () => {
  assert.equal(said('tags', ['old', 'sea'], ['sea', 'anime']), 'Tags: +anime −old');
  assert.equal(said('tags', ['a', 'b'], ['b', 'a']), 'Tags: in another order');
  assert.equal(said('trigger_groups', [['a', 'b']], [['a'], ['b']]), 'Trigger words: grouped anew');
  assert.equal(said('trigger_groups', null, [['a b']]), 'Trigger words: +a b');
  assert.equal(diffWords([], Array.from({ length: 9 }, (_, n) => `w${n}`)), '+w0 +w1 +w2 +w3 +w4 +w5 +w6 +w7 …');
});

test('a long text is told by its beginning, in one line and without its markup', () => {
  assert.equal(said('notes', '', 'at\n dusk'), 'Notes: “at dusk”');
  assert.equal(valueText('description', '<p>One</p><p>two</p>'), '“One two”');
  assert.equal(valueText('notes', 'x'.repeat(80)), `“${'x'.repeat(60)} …”`);
});

test('files: renamed within a folder, moved between folders, or both', () => {
  const at = (path, root_id = 1) => ({ root_id, path });
  assert.equal(said('file', at('a/x.safetensors'), at('a/y.safetensors')), 'Renamed from x.safetensors to y.safetensors');
  assert.equal(said('file', at('a/b/x.pt'), at('c/x.pt')), 'Moved from a/b to c');
  assert.equal(said('file', at('x.pt'), at('c/x.pt')), 'Moved from the top folder to c');
  assert.equal(said('file', at('a/x.pt'), at('c/y.pt')), 'Moved from a/x.pt to c/y.pt');
  assert.equal(said('file', at('a/x.pt', 1), at('a/x.pt', 2)), 'Moved from a/x.pt to a/x.pt');
  assert.equal(said('trash', null, { trash_id: 3 }), 'Moved to the trash');
  assert.equal(said('trash', { trash_id: 3 }, null), 'Brought back from the trash');
  assert.equal(said('sidecar', null, { path: 'a/x.json', size: 3 }), 'Wrote x.json');
});

test('why it changed, and by whom', () => {
  const change = { field: 'version', old: 'v1', new: 'v2', old_source: '', new_source: 'civitai_model', kind: 'import' };
  assert.equal(changeText(change, source), 'Imported from Civitai: Version: v1 → v2');
  assert.equal(changeText({ ...change, kind: 'undo' }, source), 'Undone: Version: v1 → v2');
  const reset = { ...change, kind: 'edit', old_source: 'user' };
  assert.equal(changeText(reset, source), 'Version: v1 → v2 (as Civitai says)');
  assert.equal(whoText({ by: 'page', user_name: null }), 'you');
  assert.equal(whoText({ by: 'api', user_name: 'ada' }), 'ada, a program, over the API');
});
