import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERYTHING } from '../../../lora_manager/web/catalogue/query.js';
import { fromSaved, sameFilters, SavedFilters, toSaved } from '../../../lora_manager/web/catalogue/saved-filters.js';

const QUERY = { ...EVERYTHING, q: ' ink ', include: ['tag:a', 'is:unused'], any: ['tag'], fits: true, sort: '-uses' };

/** A server that keeps what it is given. */
function served(items = []) {
  let next = items.length + 1;
  const asked = [];
  return {
    asked,
    savedFilters: async () => {
      asked.push('list');
      return { items: [...items] };
    },
    saveFilter: async (name, query) => {
      asked.push(name);
      next += 1;
      return { id: next, name, query };
    },
    deleteFilter: async (id) => asked.push(id),
  };
}

test('a question is kept and comes back', () => {
  assert.deepEqual(toSaved(QUERY), {
    q: 'ink', include: ['tag:a', 'is:unused'], exclude: [], all: ['is'], any: ['tag'], sort: '-uses', fits: true,
  });
  assert.deepEqual(fromSaved(toSaved(QUERY)), { ...QUERY, q: 'ink' });
  assert.deepEqual(fromSaved({}), EVERYTHING);
  assert.ok(sameFilters(QUERY, { ...QUERY, include: ['is:unused', 'tag:a'], sort: '', fits: false }));
  assert.ok(!sameFilters(QUERY, { ...QUERY, any: [] }));
});

test('they are read once, stand in natural order, and the same name replaces', async () => {
  const server = served([{ id: 1, name: 'Set 2', query: toSaved(EVERYTHING) }]);
  const saved = new SavedFilters(server);
  await Promise.all([saved.load(), saved.load()]);
  await saved.save(' Set 10 ', toSaved(QUERY));
  await saved.save('Set 2', toSaved(QUERY));
  assert.deepEqual(server.asked, ['list', 'Set 10', 'Set 2']);
  assert.deepEqual(saved.state.items.map(({ name }) => name), ['Set 2', 'Set 10']);
  assert.equal(saved.named('Set 2 ')?.query.q, 'ink');
  await saved.save('Set 3', toSaved(QUERY), saved.state.items[0]);
  assert.deepEqual(saved.state.items.map(({ name }) => name), ['Set 3', 'Set 10']);
  await saved.remove(saved.state.items[0]);
  assert.deepEqual(saved.state.items.map(({ name }) => name), ['Set 10']);
});

test('a server that could not be reached is asked again', async () => {
  let fails = true;
  const saved = new SavedFilters({
    savedFilters: async () => {
      if (fails) {
        throw new Error('gone');
      }
      return { items: [{ id: 1, name: 'a', query: {} }] };
    },
  });
  await saved.load();
  fails = false;
  await saved.load();
  assert.equal(saved.state.items.length, 1);
});
