import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Address, hashOf, placeOf } from '../../../lora_manager/web/app/address.js';

/** A browser's history, which goes back only when it is told to settle, as a real one does. */
function browser(hash = '') {
  const entries = [{ hash, state: null }];
  let at = 0;
  let pop = () => {};
  let waiting = 0;
  return {
    entries,
    location: { get hash() { return entries[at].hash; } },
    history: {
      get state() { return entries[at].state; },
      pushState(state, _, url) {
        entries.splice(at + 1, entries.length, { hash: url, state });
        at += 1;
      },
      replaceState(state, _, url) { entries[at] = { hash: url, state }; },
      back() { waiting += 1; },
    },
    settle() {
      for (; waiting > 0; waiting -= 1) {
        at -= 1;
        pop();
      }
    },
    addEventListener(_, listener) { pop = listener; },
    removeEventListener() { pop = () => {}; },
  };
}

function opened(hash) {
  const page = browser(hash);
  const moves = [];
  const address = new Address((place) => moves.push(hashOf(place)), page);
  address.start();
  const back = () => {
    page.history.back();
    page.settle();
  };
  const open = (id) => address.set({ tab: 'catalogue', open: id });
  return { page, moves, address, back, open };
}

test('a place is read from the address, and nonsense is the catalogue', () => {
  assert.deepEqual(placeOf(''), { tab: 'catalogue', open: null });
  assert.deepEqual(placeOf('#catalogue/12'), { tab: 'catalogue', open: 12 });
  assert.deepEqual(placeOf('#generate/12'), { tab: 'generate', open: null });
  assert.deepEqual(placeOf('#catalogue/-1'), { tab: 'catalogue', open: null });
  assert.deepEqual(placeOf('#nowhere'), { tab: 'catalogue', open: null });
  assert.equal(hashOf({ tab: 'generate', open: 12 }), '#generate');
});

test('Back closes the details, and leads to the tab before', () => {
  const { page, moves, address, back, open } = opened('');
  open(null);
  assert.equal(page.entries.length, 1);
  open(3);
  open(4);
  address.set({ tab: 'generate', open: 4 });
  assert.deepEqual(page.entries.map(({ hash }) => hash), ['', '#catalogue/4', '#generate']);
  back();
  back();
  assert.deepEqual(moves, ['#catalogue/4', '#catalogue']);
});

test('closing the details leaves no second entry of the same place', () => {
  const { page, moves, open } = opened('#catalogue');
  open(3);
  open(null);
  page.settle();
  assert.equal(page.location.hash, '#catalogue');
  assert.deepEqual(moves, []);
  open(5);
  assert.equal(page.entries.length, 2);
});

test('details that were reached from another tab, or by a link, close in place', () => {
  const { page, address, open } = opened('#generate');
  open(3);
  open(null);
  page.settle();
  assert.deepEqual(page.entries.map(({ hash }) => hash), ['#generate', '#catalogue']);
  address.stop();
  const linked = opened('#catalogue/7');
  linked.open(null);
  assert.deepEqual(linked.page.entries.map(({ hash }) => hash), ['#catalogue']);
});

test('who goes on while the browser still goes back arrives', () => {
  const { page, moves, open } = opened('');
  open(3);
  open(null);
  open(4);
  page.settle();
  assert.equal(page.location.hash, '#catalogue/4');
  assert.deepEqual(moves, []);
});
