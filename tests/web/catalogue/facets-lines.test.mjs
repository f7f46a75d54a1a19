import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FacetLines, sameLines } from '../../../lora_manager/web/catalogue/facets-lines.js';

const counts = (...pairs) => pairs.map(([value, count]) => ({ value, count }));
const many = (length) => Array.from({ length }, (_, n) => ({ value: `v${n}`, count: length - n }));
const valuesOf = (lines) => lines.map(({ value }) => value);

test('chosen ones come first, and where nothing is found the values stay', () => {
  const places = new FacetLines();
  assert.deepEqual(places.inOrder('tag', counts(['a', 2], ['b', 1]), ['b', 'gone']),
    counts(['b', 1], ['gone', 0], ['a', 2]));
  assert.deepEqual(places.inOrder('tag', [], []), counts(['b', 0], ['gone', 0], ['a', 0]));
  assert.deepEqual(places.inOrder('tag', counts(['c', 1]), []), counts(['c', 1]));
});

test('while they are held each line stays where it is, and others wait', () => {
  const places = new FacetLines();
  const show = (values, chosen = []) =>
    places.shown('tag', places.inOrder('tag', values, chosen), chosen, { whole: false });
  show(counts(['a', 3], ['b', 2], ['c', 1]));
  places.held = true;
  assert.deepEqual(show(counts(['c', 1], ['d', 1]), ['c']).lines, counts(['a', 0], ['b', 0], ['c', 1]));
  assert.equal(show(counts(['c', 1], ['d', 1])).more, false);
  places.free('tag');
  assert.deepEqual(valuesOf(show(counts(['c', 1], ['d', 1])).lines), ['a', 'b', 'c', 'd']);
  places.held = false;
  assert.deepEqual(valuesOf(show(counts(['c', 1], ['d', 1])).lines), ['c', 'd']);
});

test('a long group shows its beginning, but never leaves out only one', () => {
  const places = new FacetLines();
  const show = (length, how = {}) => {
    const { lines, rest, more } = places.shown('tag', many(length), [], { whole: false, ...how });
    return [lines.length, rest, more];
  };
  assert.deepEqual([show(7), show(8), show(9), show(9, { whole: true }), show(8, { whole: true }),
    show(10, { most: 10 })],
    [[7, 0, false], [8, 0, false], [7, 2, true], [9, 0, true], [8, 0, false], [10, 0, false]]);
});

test('a group that comes while they are held waits', () => {
  const places = new FacetLines();
  assert.deepEqual([places.has('tag', true), places.has('author', false), places.any], [true, false, true]);
  places.held = true;
  assert.deepEqual([places.has('tag', false), places.has('author', true)], [true, false]);
  places.held = false;
  assert.equal(places.has('author', true), true);
});

test('values found again keep their places', () => {
  assert.deepEqual(sameLines(counts(['a', 3], ['b', 2]), counts(['c', 4], ['b', 1])),
    counts(['a', 0], ['b', 1], ['c', 4]));
});
