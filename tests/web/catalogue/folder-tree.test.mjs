import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ancestors, folderRows, foundFolders } from '../../../lora_manager/web/catalogue/folder-tree.js';

const FOLDERS = [
  { value: '', count: 20 }, { value: 'styles', count: 12 }, { value: 'styles/ink', count: 5 },
  { value: 'styles/ink/old', count: 1 }, { value: 'new 10', count: 1 }, { value: 'new 9', count: 2 },
  { value: 'deep/only/child', count: 4 },
];

test('only opened branches are drawn, in natural order, and parents that were not told are made up', () => {
  const closed = folderRows(FOLDERS, new Set());
  assert.deepEqual(closed.map(({ path }) => path), ['deep', 'new 9', 'new 10', 'styles']);
  assert.deepEqual(closed.map(({ branch }) => branch), [true, false, false, true]);
  const open = folderRows(FOLDERS, new Set(['styles', 'styles/ink', 'nonsense']));
  assert.deepEqual(open.filter(({ path }) => path.startsWith('styles')).map(({ label, depth, count }) => [label, depth, count]),
    [['styles', 0, 12], ['ink', 1, 5], ['old', 2, 1]]);
});

test('folders are found by parts of their paths', () => {
  assert.deepEqual(foundFolders(FOLDERS, 'INK st').map(({ label }) => label), ['styles/ink', 'styles/ink/old']);
  assert.deepEqual(foundFolders(FOLDERS, 'nowhere'), []);
});

test('the folders around a folder', () => {
  assert.deepEqual(ancestors('a/b/c'), ['a', 'a/b']);
  assert.deepEqual(ancestors('a'), []);
});
