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
  const open = (id) => address.set({ tab: 'catalogue', open: id, filters: '', section: '' });
  const show = (filters, id = null) => address.set({ tab: 'catalogue', open: id, filters, section: '' });
  return { page, moves, address, back, open, show };
}

test('a place is read from the address, and nonsense is the catalogue', () => {
  const catalogue = { tab: 'catalogue', open: null, filters: '', section: '' };
  assert.deepEqual(placeOf(''), catalogue);
  assert.deepEqual(placeOf('#catalogue/12'), { ...catalogue, open: 12 });
  assert.deepEqual(placeOf('#catalogue/12?q=a/b?c'), { ...catalogue, open: 12, filters: 'q=a/b?c' });
  assert.deepEqual(placeOf('#catalogue?include=tag:style'), { ...catalogue, filters: 'include=tag:style' });
  assert.deepEqual(placeOf('#generate/12?q=a'), { tab: 'generate', open: null, filters: '', section: '' });
  assert.deepEqual(placeOf('#library/trash'), { tab: 'library', open: null, filters: '', section: 'trash' });
  assert.deepEqual(placeOf('#library/../x').section, '');
  assert.equal(hashOf({ tab: 'library', open: 3, filters: '', section: 'history' }), '#library/history');
  assert.deepEqual(placeOf('#catalogue/-1'), catalogue);
  assert.deepEqual(placeOf('#nowhere'), catalogue);
  assert.equal(hashOf({ tab: 'generate', open: 12, filters: 'q=a' }), '#generate');
  assert.equal(hashOf({ tab: 'catalogue', open: 12, filters: 'q=a' }), '#catalogue/12?q=a');
});

test('Back closes the details, and leads to the tab before', () => {
  const { page, moves, address, back, open } = opened('');
  open(null);
  assert.equal(page.entries.length, 1);
  open(3);
  open(4);
  address.set({ tab: 'generate', open: 4, filters: '', section: '' });
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

test('Back undoes each filter, and all that was typed at once; an order is no step', () => {
  const { page, moves, back, show } = opened('#catalogue');
  show('include=tag:a');
  for (const q of ['d', 'dr', 'dra']) {
    show(`q=${q}&include=tag:a`);
  }
  show('q=dra&include=tag:a&sort=name');
  show('q=dra&sort=name');
  const hashes = ['', '?include=tag:a', '?q=dra&include=tag:a&sort=name', '?q=dra&sort=name'];
  assert.deepEqual(page.entries.map(({ hash }) => hash), hashes.map((hash) => `#catalogue${hash}`));
  back();
  back();
  assert.deepEqual(moves, ['#catalogue?q=dra&include=tag:a&sort=name', '#catalogue?include=tag:a']);
});

test('the same filters written otherwise are no step, and details close over what was typed since', () => {
  const { page, show } = opened('#catalogue?q=a%20b');
  show('q=a+b');
  assert.deepEqual(page.entries.map(({ hash }) => hash), ['#catalogue?q=a+b']);
  show('q=a+b', 3);
  show('q=a+bc', 3);
  show('q=a+bc');
  page.settle();
  assert.equal(page.location.hash, '#catalogue?q=a+bc');
  assert.deepEqual(page.entries.map(({ hash }) => hash), ['#catalogue?q=a+b', '#catalogue/3?q=a+b', '#catalogue?q=a+bc']);
});

test('Back closes what lies over the page first, and leaves the page where it is', () => {
  const page = browser('');
  const moves = [];
  let isOpen = true;
  const address = new Address((place) => moves.push(hashOf(place)), page, () => {
    const was = isOpen;
    isOpen = false;
    return was;
  });
  address.start();
  const back = () => {
    page.history.back();
    page.settle();
  };
  address.set({ tab: 'catalogue', open: 3, filters: '', section: '' });
  back();
  assert.deepEqual([moves, address.place.open], [[], 3]);
  back();
  assert.deepEqual([moves, address.place.open], [['#catalogue'], null]);
});
