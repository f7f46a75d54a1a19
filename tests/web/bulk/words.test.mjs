import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsOf, renamedOf, searchName, tagDeed, tagsIn, whichText, withTags } from '../../../lora_manager/web/bulk/words.js';
import { EVERYTHING } from '../../../lora_manager/web/catalogue/query.js';

test('a search is called what it says', () => {
  assert.equal(searchName(EVERYTHING), 'everything');
  assert.equal(searchName({ ...EVERYTHING, q: ' anime ' }), '“anime”');
  const query = { ...EVERYTHING, q: 'ink', include: ['tag:style', 'is:untagged'], exclude: ['base:Pony'] };
  assert.equal(searchName(query), '“ink”, Tag: style, No tags, Not base model: Pony');
  assert.ok(searchName({ ...EVERYTHING, q: 'x'.repeat(500) }).length < 50);
});

test('tags are typed with commas between them, each once whatever its case', () => {
  assert.deepEqual(tagsIn(' anime,  ink  wash ; Anime,,\nstyle '), ['anime', 'ink wash', 'style']);
  assert.deepEqual(tagsIn('  '), []);
  assert.deepEqual(withTags(['ink'], ['INK', 'new']), ['ink', 'new']);
});

test('what was done with the tags is said by what was asked for', () => {
  assert.equal(tagDeed({ add: ['a'], remove: [] }), 'done.tagged');
  assert.equal(tagDeed({ add: [], remove: ['a'] }), 'done.untagged');
  assert.equal(tagDeed({ add: ['b'], remove: ['a'] }), 'done.retagged');
  assert.equal(tagDeed({ replace: [] }), 'done.tags_replaced');
});

test('of a dry run, what moves is what neither stays nor cannot', () => {
  assert.deepEqual(countsOf({ total: 100, problems: 3, unchanged: 7 }), { moved: 90, unchanged: 7, problems: 3 });
  const deletes = countsOf({ total: 100, problems: 3, unchanged: 97 }, true);
  assert.deepEqual(deletes, { moved: 97, unchanged: 0, problems: 3 });
});

test('a question names the first of those it is about', () => {
  assert.equal(whichText(['Amber', 'Moth'], 70), 'Amber, Moth and 68 more.');
  assert.equal(whichText(['Amber'], 1), 'Amber.');
  assert.equal(whichText([], 3), '');
});

test('what moves under another name is counted', () => {
  const item = (from, to, problem = '') => ({ id: 1, name: '', from, to, problem });
  const items = [item('a/ink.safetensors', 'b/ink.safetensors'), item('a/moth.safetensors', 'b/moth 2.safetensors'), item('a/x', '', 'no')];
  assert.equal(renamedOf(items), 1);
});
