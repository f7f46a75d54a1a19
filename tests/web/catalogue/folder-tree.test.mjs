import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ancestors, folderRows, FolderTree, parentOf } from '../../../lora_manager/web/catalogue/folder-tree.js';

const folder = (path, count, has_children = false) => ({ path, name: path.split('/').at(-1), count, has_children });
const LEVELS = {
  '': [folder('new 9', 2), folder('styles', 12, true)],
  styles: [folder('styles/ink', 5, true), folder('styles/oil', 7)],
  'styles/ink': [folder('styles/ink/old', 1)],
};

/** A server that notes what it is asked for. */
function served() {
  const asked = [];
  const folders = async (params) => {
    asked.push(params);
    return { folders: LEVELS[params.parent] ?? [] };
  };
  return { asked, tree: new FolderTree({ folders }) };
}

test('only opened branches are drawn', () => {
  assert.deepEqual(folderRows(LEVELS, []).map(({ path, branch, open }) => [path, branch, open]),
    [['new 9', false, false], ['styles', true, false]]);
  assert.deepEqual(folderRows(LEVELS, ['styles', 'styles/ink', 'gone']).map(({ label, depth, count }) => [label, depth, count]),
    [['new 9', 0, 2], ['styles', 0, 12], ['ink', 1, 5], ['old', 2, 1], ['oil', 1, 7]]);
});

test('the folders around a folder', () => {
  assert.deepEqual(ancestors('a/b/c'), ['a', 'a/b']);
  assert.deepEqual(ancestors('a'), []);
  assert.equal(parentOf('a/b'), 'a');
  assert.equal(parentOf('a'), '');
});

test('a level is asked for when it is opened, and again, with the others in sight, for another question', async () => {
  const { asked, tree } = served();
  await tree.ask({ q: 'one' });
  assert.deepEqual(asked, [{ q: 'one', parent: '' }]);
  await tree.turn('styles');
  assert.deepEqual(asked.at(-1), { q: 'one', parent: 'styles' });
  assert.equal(tree.rows.length, 4);
  await tree.turn('styles');
  await tree.turn('styles');
  assert.equal(asked.length, 2);
  await tree.ask({ q: 'two' });
  assert.deepEqual(asked.slice(2).map(({ q, parent }) => [q, parent]), [['two', ''], ['two', 'styles']]);
});

test('where nothing is found the folders stay, empty', async () => {
  let found = LEVELS;
  const tree = new FolderTree({ folders: async ({ parent }) => ({ folders: found[parent] ?? [] }) });
  await tree.ask({});
  found = {};
  await tree.ask({ q: 'nothing' });
  assert.deepEqual(tree.rows.map(({ path, count }) => [path, count]), [['new 9', 0], ['styles', 0]]);
});

test('while they are held, folders stay where they are, and others come after', async () => {
  let found = LEVELS;
  const tree = new FolderTree({ folders: async ({ parent }) => ({ folders: found[parent] ?? [] }) });
  await tree.ask({});
  tree.hold(true);
  found = { '': [folder('oils', 1), folder('styles', 1, true)] };
  await tree.ask({ q: 'oil' });
  assert.deepEqual(tree.rows.map(({ path, count }) => [path, count]), [['new 9', 0], ['styles', 1]]);
  tree.hold(false);
  assert.deepEqual(tree.rows.map(({ path, count }) => [path, count]), [['oils', 1], ['styles', 1]]);
});

test('a folder that is a filter stands open to the eye, and one that cannot be read stays closed', async () => {
  const { tree } = served();
  tree.reveal('styles/ink/old');
  await tree.ask({});
  assert.deepEqual(tree.rows.map(({ path }) => path), ['new 9', 'styles', 'styles/ink', 'styles/ink/old', 'styles/oil']);
  const broken = new FolderTree({ folders: async () => { throw new Error('gone'); } });
  await broken.ask({});
  await broken.turn('styles');
  assert.deepEqual(broken.state, { levels: {}, opened: [] });
});
