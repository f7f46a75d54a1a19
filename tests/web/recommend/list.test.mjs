import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenOf, countsOf, coversOf, keptAmong, shownOf, tellingOf } from '../../../lora_manager/web/recommend/list.js';

const items = (...ids) => ids.map((id) => ({ id }));
const ids = (list) => list.map(({ id }) => id);
const CONCEPTS = [{ text: 'fog', start: 0, end: 3, ids: [1, 3] }, { text: 'ink', start: 5, end: 8, ids: [2, 9] }];

test('what is in the prompt keeps its place in a newer list', () => {
  assert.deepEqual(ids(keptAmong(items(4, 5, 6), items(1, 2, 3), (id) => id === 2)), [4, 2, 5, 6]);
  assert.deepEqual(ids(keptAmong(items(4, 2, 6), items(1, 2, 3), (id) => id === 2)), [4, 2, 6]);
  assert.deepEqual(ids(keptAmong([], items(1, 2), () => false)), []);
});

test('the list is cut by what the prompt asks for, and by what the user dismissed', () => {
  const all = items(1, 2, 3);
  const none = { gone: () => false, concept: null };
  assert.deepEqual(ids(shownOf(all, none)), [1, 2, 3]);
  assert.deepEqual(ids(shownOf(all, { ...none, concept: CONCEPTS[0] })), [1, 3]);
  assert.deepEqual(ids(shownOf(all, { gone: (id) => id === 3, concept: CONCEPTS[0] })), [1]);
});

test('what the prompt says nothing of waits behind the others, unless there is nothing else', () => {
  const why = (id, ...kinds) => ({ id, matched: [], why: kinds.map((kind) => ({ kind, text: '', share: 1 / kinds.length })) });
  const all = [why(1, 'words'), why(2), why(3, 'preference', 'quality'), why(4, 'quality', 'example'), why(5, 'co_use'),
    { ...why(6, 'quality'), matched: ['fog'] }];
  assert.deepEqual(ids(tellingOf(all, () => false)), [1, 4, 5, 6]);
  assert.deepEqual(ids(tellingOf(all, (id) => id === 2)), [1, 2, 4, 5, 6]);
  assert.deepEqual(ids(tellingOf(all.slice(1, 3), () => false)), [2, 3]);
  assert.deepEqual(ids(tellingOf(all.slice(1, 3), (id) => id === 2)), [2, 3]);
});

test('chips count those of the list, and one alone is no choice', () => {
  assert.deepEqual(countsOf(CONCEPTS, items(1, 2)).map(({ count }) => count), [1, 1]);
  assert.deepEqual(countsOf(CONCEPTS, items(1, 3)).map(({ count }) => count), [2, 0]);
  assert.deepEqual(countsOf(CONCEPTS.slice(1), items(2)), []);
});

test('what was chosen is found again by its text, and let go where it is gone', () => {
  assert.equal(chosenOf(CONCEPTS, 'ink'), CONCEPTS[1]);
  assert.equal(chosenOf(CONCEPTS, 'in'), null);
  assert.equal(chosenOf(CONCEPTS, ''), null);
});

test('marks tell what few others cover first, and not what nearly all do', () => {
  const concepts = [{ text: 'all', ids: [1, 2, 3, 4, 5] }, { text: 'some', ids: [1, 2, 3] }, { text: 'one', ids: [1] }];
  assert.deepEqual(coversOf({ concepts: [0, 1, 2, 7] }, concepts, 5), ['one', 'some']);
  assert.deepEqual(coversOf({ concepts: [0] }, [{ text: 'all', ids: [1] }], 1), ['all']);
});
