import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownSources } from '../../../lora_manager/web/detail/sources.js';
import { isString } from '../../../lora_manager/web/strings.js';

test('sources are told of what the details show, by the names they use', () => {
  const sources = {
    version_id: 'civitai', sha256: 'civitai', supports_generation: 'civitai', primary_file_name: 'civitai',
    archetype: 'civitai_model', trained_words: 'civitai_version', name: 'file_name', tags: 'other',
  };
  const told = shownSources({ sources, edited: ['tags', 'notes'] });
  assert.deepEqual(told, [
    ['column.name', 'file_name'], ['detail.archetype', 'civitai_model'], ['detail.triggers', 'civitai_version'],
    ['detail.notes', 'user'], ['detail.tags', 'user'],
  ]);
  assert.ok(told.every(([name]) => isString(name)));
  assert.deepEqual(shownSources({ sources: { visibility: 'civitai' }, edited: [] }), []);
});
