import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COLUMNS, columnsAtFirst, columnsOf, leastWidth, rememberedColumns, toldBy, tracks, withColumn,
} from '../../../lora_manager/web/catalogue/columns.js';
import { isString } from '../../../lora_manager/web/strings.js';

const CARD = {
  id: 1, name: 'Ink', base_model: 'SDXL 1.0', algorithm: 'LoRA', rank: 16, trigger_groups: [['ink', 'wash']],
  default_group: 0, weight: 0.8, size: 2048, uses: 1200, last_used_at: null, rating: 3, downloads: null,
  modified_at: '2026-01-02T00:00:00Z', added_at: undefined, published_at: null, author: '', folder: 'style', file_name: 'ink',
};

test('every column has a title, and says something of every card, also of one that lacks all', () => {
  for (const { id, title, text } of COLUMNS) {
    assert.ok(isString(title), title);
    assert.equal(typeof text(CARD), 'string', id);
    assert.equal(text({ ...CARD, rating: null, algorithm: undefined, rank: undefined, uses: 0 }).includes('undefined'), false);
  }
  const said = Object.fromEntries(COLUMNS.map(({ id, text }) => [id, text(CARD)]));
  assert.deepEqual([said.words, said.uses, said.rating, said.rank, said.added, said.downloads], ['ink, wash', '1,200', '★★★', '16', '', '']);
});

test('chosen columns stand in their own order', () => {
  assert.deepEqual(withColumn(['uses', 'base'], 'rank'), ['base', 'rank', 'uses']);
  assert.deepEqual(withColumn(['base', 'uses'], 'base'), ['uses']);
  assert.deepEqual(rememberedColumns(), columnsAtFirst());
});

test('a row has a track for each column, and is no narrower than they need', () => {
  const columns = columnsOf(['base', 'words']);
  assert.equal(tracks(columns, 1000).match(/minmax\([^)]*\)|\d+px/g).length, columns.length + 3);
  assert.ok(leastWidth(columns, 1000) > leastWidth([], 1000) + 200);
  assert.match(tracks(COLUMNS, 1000), /^44px minmax\(220px, /, 'the name has room also beside all the others');
  assert.match(tracks(COLUMNS, 360), /^44px minmax\(150px, /, 'and leaves some to them on a telephone');
});

test('a card tells what the list is ordered by, unless it does anyway', () => {
  assert.deepEqual(['size', 'downloads', 'published', 'modified', 'added', 'rank', 'rating', 'last_used'].map((order) => toldBy(order)?.id),
    ['size', 'downloads', 'published', 'modified', 'added', 'rank', 'rating', 'last_used']);
  assert.deepEqual(['name', 'relevance', 'random', 'uses'].map(toldBy), [null, null, null, null]);
});
