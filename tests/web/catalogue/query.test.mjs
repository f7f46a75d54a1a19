import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  adapterParams, EVERYTHING, facetParams, filtersOf, narrows, sameQuery, toggled,
} from '../../../lora_manager/web/catalogue/query.js';

const QUERY = { ...EVERYTHING, q: ' ink ', bases: ['Pony', ''], tags: ['style'], folder: 'a/b', favourite: true, state: 'missing' };

test('the server is asked for what is set and nothing else', () => {
  assert.deepEqual(adapterParams(EVERYTHING), {
    q: null, base: [], tag: [], folder: null, favourite: null, state: null, sort: null,
  });
  assert.deepEqual(facetParams(QUERY), { q: 'ink', base: ['Pony', ''], tag: ['style'], folder: 'a/b', favourite: true });
});

test('each filter that is on can be dropped alone', () => {
  const filters = filtersOf(QUERY);
  assert.deepEqual(filters.map(({ key }) => key), ['base:Pony', 'base:', 'tag:style', 'folder', 'favourite', 'state']);
  for (const { without } of filters) {
    assert.equal(filtersOf(without).length, filters.length - 1);
    assert.equal(without.q, QUERY.q);
  }
  assert.equal(narrows(EVERYTHING), false);
  assert.equal(narrows({ ...EVERYTHING, q: ' ' }), false);
  assert.equal(narrows(QUERY), true);
});

test('spaces around the words are no new question', () => {
  assert.ok(sameQuery(QUERY, { ...QUERY, q: 'ink' }));
  assert.ok(!sameQuery(QUERY, { ...QUERY, sort: '-uses' }));
  assert.deepEqual(toggled(['a', 'b'], 'a'), ['b']);
  assert.deepEqual(toggled(['b'], 'a'), ['b', 'a']);
});
