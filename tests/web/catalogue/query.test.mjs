import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  adapterParams, afresh, countOf, EVERYTHING, facetParams, filtersOf, fromAddress, labelOf, narrows, sameQuery,
  toAddress, toggled, turned, turnedOn, turnOf,
} from '../../../lora_manager/web/catalogue/query.js';

const QUERY = {
  ...EVERYTHING, q: ' ink ', include: ['base:Pony', 'base:', 'tag:a:b', 'is:favourite'], exclude: ['folder:x/y'],
  any: ['tag'], fits: true, sort: '-uses',
};
const OTHERWISE = { sort: '', fits: false };

test('the server is asked for what is set and nothing else', () => {
  assert.deepEqual(adapterParams(EVERYTHING), {
    q: null, include: [], exclude: [], all: [], any: [], fits: null, sort: null,
  });
  assert.deepEqual(facetParams(QUERY), {
    q: 'ink', include: QUERY.include, exclude: QUERY.exclude, all: ['is'], any: ['tag'], fits: true,
  });
});

test('each filter that is on can be dropped alone', () => {
  const filters = filtersOf(QUERY);
  assert.deepEqual(filters.map(({ label, out }) => [label, out]),
    [['Pony', false], ['Unknown', false], ['a:b', false], ['Favourites', false], ['x/y', true]]);
  for (const { without } of filters) {
    assert.equal(filtersOf(without).length, filters.length - 1);
    assert.equal(without.q, QUERY.q);
  }
  assert.equal(narrows(EVERYTHING), false);
  assert.equal(narrows({ ...EVERYTHING, q: ' ' }), false);
  assert.equal(narrows(QUERY), true);
  assert.equal(narrows(afresh(QUERY)), false);
  assert.deepEqual(afresh(QUERY, { q: 'x' }), { ...EVERYTHING, q: 'x', fits: true, sort: '-uses' });
  assert.equal(labelOf('is', 'toString'), 'toString');
});

test('a click includes, the next leaves out, the third lets be', () => {
  const turns = [];
  let query = EVERYTHING;
  for (let click = 0; click < 3; click += 1) {
    query = turnedOn(query, 'tag:style');
    turns.push(turnOf(query, 'tag:style'));
  }
  assert.deepEqual(turns, ['include', 'exclude', '']);
  assert.deepEqual(query, EVERYTHING);
  assert.deepEqual(turned(turned(query, 'tag:a', 'include'), 'tag:a', 'exclude').include, []);
});

test('spaces around the words and another order of the filters are no new question', () => {
  assert.ok(sameQuery(QUERY, { ...QUERY, q: 'ink', include: [...QUERY.include].reverse() }));
  assert.ok(!sameQuery(QUERY, { ...QUERY, sort: 'name' }));
  assert.ok(!sameQuery(QUERY, { ...QUERY, fits: false }));
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(toggled(['b'], 'a'), ['b', 'a']);
});

test('what stands in the address leads to the same question', () => {
  assert.equal(toAddress(EVERYTHING), '');
  assert.equal(toAddress({ ...EVERYTHING, q: ' a b', include: ['folder:x/y'] }), 'q=a+b&include=folder:x/y');
  const odd = { ...QUERY, q: 'a&b=#%?+"', include: ['tag:ü & = # 100%', 'tag:'] };
  assert.ok(sameQuery(fromAddress(toAddress(odd), { sort: 'name', fits: true }), odd));
});

test('nonsense in an address asks for nothing odd', () => {
  assert.deepEqual(fromAddress('', { sort: '-added', fits: true }), { ...EVERYTHING, sort: '-added', fits: true });
  const query = fromAddress('include=tag:a&include=tag:a&include=x&exclude=tag:a&any=base&any=tag&sort=%0Ax&fits=1&q', OTHERWISE);
  assert.deepEqual(query, { ...EVERYTHING, include: ['tag:a'], any: ['tag'] });
  assert.equal(fromAddress('sort=random:12', OTHERWISE).sort, 'random:12');
});

test('a chip has the count of its value, and says of what it is', () => {
  const facets = { base_models: [{ value: 'Pony', count: 3 }], tags: [], flags: { unused: 2 }, folders: [] };
  assert.deepEqual(['base:Pony', 'is:unused', 'is:nothing', 'tag:none', 'colour:red', 'base'].map((key) => countOf(facets, key)),
    [3, 2, null, null, null, null]);
  assert.equal(countOf(null, 'base:Pony'), null);
  const same = { ...EVERYTHING, include: ['tag:a', 'folder:a', 'is:unused'], exclude: ['tag:b', 'base:', 'is:missing'] };
  assert.deepEqual(filtersOf(same).map(({ text }) => text),
    ['Tag: a', 'Folder: a', 'Never used', 'Not tag: b', 'Not base model: Unknown', 'Not: Missing']);
});
