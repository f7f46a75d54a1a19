import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectAll, selectionKey, selectTo, wishKey } from '../../../lora_manager/web/catalogue/selecting.js';
import { Selection } from '../../../lora_manager/web/catalogue/selection.js';

const CLICK = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, preventDefault: () => {} };

/** A result of `total` cards, of which the first `held` are here. */
function list(total, held = total) {
  const card = (index) => ({ id: 100 + index, name: `LoRA ${index}` });
  const asked = [];
  const said = [];
  const session = {
    api: {
      adapters: async (params) => {
        asked.push([params.offset, params.limit]);
        return { items: Array.from({ length: params.limit }, (_, n) => card(params.offset + n)) };
      },
    },
    cards: { remember: () => {} },
    toasts: { show: (text) => said.push(text) },
  };
  const query = { q: '', include: [], exclude: [], any: [], fits: false, sort: '' };
  const cards = { total, get: (index) => (index < held ? card(index) : undefined) };
  const results = { session, state: { query }, held: query, cards };
  const listed = {
    active: 0, total, moved: [], get activeCard() { return card(this.active); },
    stepTo(key) { return key === 'ArrowDown' ? this.active + 3 : null; },
    move(index) { this.active = index; },
  };
  return { results, listed, card, asked, said };
}

const settled = () => new Promise((done) => setTimeout(done));
const ids = (selection) => selection.cards.map(({ id }) => id);

test('Ctrl takes one in or out, Shift all from the last one on, a click alone opens', async () => {
  const { results, card } = list(20);
  const selection = new Selection();
  assert.equal(selectTo(CLICK, 3, card(3), results, selection), false);
  selectTo({ ...CLICK, ctrlKey: true }, 3, card(3), results, selection);
  selectTo({ ...CLICK, shiftKey: true }, 6, card(6), results, selection);
  await settled();
  assert.deepEqual(ids(selection), [103, 104, 105, 106]);
  selectTo({ ...CLICK, metaKey: true }, 4, card(4), results, selection);
  assert.deepEqual(ids(selection), [103, 105, 106]);
  selectTo({ ...CLICK, shiftKey: true }, 1, card(1), results, selection);
  await settled();
  assert.deepEqual(new Set(ids(selection)), new Set([101, 102, 103, 104, 105, 106]));
});

test('while selecting, a click is enough; clearing ends it', () => {
  const { results, card } = list(20);
  const selection = new Selection();
  selection.turn(true);
  assert.equal(selectTo(CLICK, 3, card(3), results, selection), true);
  assert.equal(selection.on, true);
  selection.turn(false);
  assert.deepEqual([selection.on, selection.size], [false, 0]);
});

test('what is not here yet is asked for in one go', async () => {
  const { results, card, asked } = list(500, 10);
  const selection = new Selection();
  selectTo({ ...CLICK, ctrlKey: true }, 5, card(5), results, selection);
  selectTo({ ...CLICK, shiftKey: true }, 60, card(60), results, selection);
  await settled();
  assert.deepEqual(asked, [[5, 56]]);
  assert.equal(selection.size, 56);
});

test('Ctrl+A takes a few one by one, and many as all that match', async () => {
  const few = list(30, 10);
  const selection = new Selection();
  const event = { ...CLICK, key: 'a', ctrlKey: true };
  assert.equal(selectionKey(event, few.listed, few.results, selection), true);
  await settled();
  assert.deepEqual([selection.size, few.asked, selection.all], [30, [[0, 30]], null]);
  assert.deepEqual(selection.chosen, { ids: Array.from({ length: 30 }, (_, n) => 100 + n) });
  const many = list(10_000, 10);
  const large = new Selection();
  selectionKey(event, many.listed, many.results, large);
  await settled();
  assert.deepEqual([large.size, many.asked, many.said], [10_000, [], []]);
  assert.equal(large.has(7), true);
});

test('of all that match some are left out again', async () => {
  const { results, card } = list(3_412);
  results.held = { ...results.held, q: ' anime', include: ['tag:style', 'base:Pony'], fits: true };
  const selection = new Selection();
  await selectAll(results, selection);
  selectTo({ ...CLICK, ctrlKey: true }, 4, card(4), results, selection);
  selectTo({ ...CLICK, ctrlKey: true }, 9, card(9), results, selection);
  assert.equal(selection.size, 3_410);
  assert.deepEqual([selection.has(104), selection.has(105)], [false, true]);
  selectTo({ ...CLICK, shiftKey: true }, 6, card(6), results, selection);
  await settled();
  assert.deepEqual(selection.chosen, {
    filters: { q: 'anime', include: ['tag:style', 'base:Pony'], exclude: [], all: ['tag'], any: [], fits: true },
    except: [104],
  });
});

test('all of a search stay selected when another is asked, and follow how many they are', async () => {
  const { results } = list(3_412);
  const selection = new Selection();
  await selectAll(results, selection);
  const { held } = results;
  selection.follow({ ...held, sort: '-size' }, 3_412);
  assert.equal(selection.elsewhere, false);
  selection.follow({ ...held, q: 'ink' }, 12);
  assert.deepEqual([selection.elsewhere, selection.size, selection.has(5)], [true, 3_412, false]);
  selection.follow(held, null);
  selection.follow(held, 3_400);
  assert.deepEqual([selection.elsewhere, selection.size, selection.has(5)], [false, 3_400, true]);
});

test('what is picked in another search makes all that were selected single picks', async () => {
  const { results, card, asked } = list(450, 10);
  const selection = new Selection();
  await selectAll(results, selection);
  selectTo({ ...CLICK, ctrlKey: true }, 1, card(1), results, selection);
  selection.follow({ ...results.held, q: 'ink' }, 12);
  results.held = { ...results.held, q: 'ink' };
  const other = { id: 9_000, name: 'Another' };
  selectTo({ ...CLICK, ctrlKey: true }, 0, other, results, selection);
  await settled();
  assert.deepEqual(asked, [[0, 200], [200, 200], [400, 50]]);
  assert.deepEqual([selection.all, selection.size, selection.has(9_000), selection.has(101)], [null, 450, true, false]);
});

test('a stretch of any length is selected, unless one lets go of it meanwhile', async () => {
  const { results, card, asked } = list(10_000, 10);
  const selection = new Selection();
  selectTo({ ...CLICK, ctrlKey: true }, 5, card(5), results, selection);
  selectTo({ ...CLICK, shiftKey: true }, 904, card(904), results, selection);
  await settled();
  assert.deepEqual([selection.size, asked.length, selection.state.reading], [900, 5, null]);
  assert.equal(selection.cards.length, 200, 'only so many go into a prompt');
  selectTo({ ...CLICK, shiftKey: true }, 2_000, card(2_000), results, selection);
  selection.clear();
  await settled();
  assert.equal(selection.size, 0);
});

test('keys do something with all that is selected, and nothing without', () => {
  const { results, card } = list(20);
  const selection = new Selection();
  assert.equal(wishKey({ ...CLICK, key: 'Delete' }, selection), false);
  selectTo({ ...CLICK, ctrlKey: true }, 3, card(3), results, selection);
  assert.equal(wishKey({ ...CLICK, key: 't', ctrlKey: true }, selection), false);
  assert.equal(wishKey({ ...CLICK, key: 't' }, selection), true);
  assert.deepEqual(selection.state.wish, { what: 'tags' });
  assert.equal(wishKey({ ...CLICK, key: 'Delete' }, selection), true);
  assert.deepEqual(selection.state.wish, { what: 'delete' });
});

test('keys: S takes one, Shift with an arrow a stretch, others are not ours', async () => {
  const { results, listed } = list(20);
  const selection = new Selection();
  const key = (name, more = {}) => selectionKey({ ...CLICK, key: name, ...more }, listed, results, selection);
  assert.equal(key('s'), true);
  assert.deepEqual(ids(selection), [100]);
  assert.equal(key('ArrowDown', { shiftKey: true }), true);
  await settled();
  assert.deepEqual([listed.active, ids(selection)], [3, [100, 101, 102, 103]]);
  assert.equal(key(' ', { ctrlKey: true }), true);
  assert.equal(selection.has(103), false);
  for (const [name, more] of [['ArrowDown'], ['x'], ['s', { ctrlKey: true }], ['a'], ['a', { ctrlKey: true, altKey: true }]]) {
    assert.equal(key(name, more), false, name);
  }
});

test('what was picked in another search is told apart', () => {
  const { card } = list(4);
  const selection = new Selection();
  const ask = (q) => ({ q, include: [], exclude: [], any: [], fits: false, sort: '' });
  selection.follow(ask('ink'), 4);
  selection.add([card(0), card(1), card(2)]);
  selection.follow(ask('moth'), 4);
  selection.add([card(3)]);
  const isThere = (id) => id === 102 || id === 103;
  assert.equal(selection.outside(isThere, true), 2);
  assert.equal(selection.outside(isThere, false), 2, 'those that are held are seen');
  assert.equal(selection.outside(() => false, false), 3, 'the one of this search is in it, wherever');
  selection.follow(ask('ink'), 4);
  assert.equal(selection.outside(() => false, false), 1);
});

test('the mark of a card selects without Ctrl', async () => {
  const { results, card } = list(20);
  const selection = new Selection();
  const click = { ...CLICK, target: { closest: (what) => (what === '[data-do=select]' ? {} : null) } };
  assert.equal(selectTo(click, 3, card(3), results, selection), true);
  assert.deepEqual(ids(selection), [103]);
  selectTo(click, 3, card(3), results, selection);
  assert.equal(selection.size, 0);
  selection.takeAll(results.held, 20);
  selectTo(click, 3, card(3), results, selection);
  assert.equal(selection.size, 19);
});
