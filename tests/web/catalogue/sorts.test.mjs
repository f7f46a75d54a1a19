import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  hasDirection, newSeed, ORDERS, parseSort, rememberedSort, sortBy, sortByHeading, sortOf, turnedRound,
} from '../../../lora_manager/web/catalogue/sorts.js';

test('every order begins in the direction that is mostly meant', () => {
  assert.equal(sortBy('relevance'), '');
  assert.equal(sortBy('name'), 'name');
  assert.equal(sortBy('modified'), '-modified');
  assert.equal(sortBy('random', 7), 'random:7');
  for (const order of ORDERS) {
    assert.equal(parseSort(sortBy(order, 7)).order, order);
  }
});

test('an order is turned round, where it has a direction', () => {
  assert.equal(turnedRound('-size'), 'size');
  assert.equal(turnedRound('size'), '-size');
  assert.equal(turnedRound(''), '');
  assert.equal(turnedRound('random:7'), 'random:7');
  assert.deepEqual(ORDERS.filter((order) => !hasDirection(order)), ['relevance', 'random']);
});

test('a heading orders by its column, and turns the order round when it is that already', () => {
  assert.equal(sortByHeading('', 'size'), '-size');
  assert.equal(sortByHeading('-size', 'size'), 'size');
  assert.equal(sortByHeading('size', 'name'), 'name');
});

test('an order that is not known is relevance', () => {
  for (const text of ['', 'nonsense', '-', 'random:x', '--name', 'name; drop']) {
    assert.equal(parseSort(text).order, 'relevance', text);
  }
  assert.deepEqual(parseSort('-random:12'), { order: 'random', down: false, seed: 12 });
});

test('seeds differ, and the server takes them', () => {
  const seeds = new Set(Array.from({ length: 50 }, newSeed));
  assert.ok(seeds.size > 40);
  assert.ok([...seeds].every((seed) => Number.isInteger(seed) && seed > 0 && seed < 1e9));
});

test('without storage the order is that at first', () => {
  assert.equal(rememberedSort(), '');
});

test('without words the list is ordered by name, not by relevance', () => {
  assert.equal(sortOf({ sort: '', q: ' ' }), 'name');
  assert.equal(sortOf({ sort: '', q: 'ink' }), '');
  assert.equal(sortOf({ sort: '-size', q: '' }), '-size');
  assert.equal(sortOf({ sort: '-size', q: 'ink' }), '-size');
});
