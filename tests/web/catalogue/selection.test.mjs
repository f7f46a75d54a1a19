import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectionKey, selectTo } from '../../../lora_manager/web/catalogue/selecting.js';
import { MOST, Selection } from '../../../lora_manager/web/catalogue/selection.js';

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
  const results = { session, state: { query }, cards: { get: (index) => (index < held ? card(index) : undefined) } };
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

test('Ctrl+A takes all, or as many as make sense, and says so', async () => {
  const few = list(30, 10);
  const selection = new Selection();
  const event = { ...CLICK, key: 'a', ctrlKey: true };
  assert.equal(selectionKey(event, few.listed, few.results, selection), true);
  await settled();
  assert.deepEqual([selection.size, few.said], [30, []]);
  const many = list(10_000, 10);
  const large = new Selection();
  selectionKey(event, many.listed, many.results, large);
  await settled();
  assert.deepEqual([large.size, many.asked], [MOST, [[0, MOST]]]);
  assert.match(many.said[0], /first 200 of 10,000/);
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
