import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addWords, moveWord, removeWord, replaceWord, splitWords, tidyGroups, withWords,
} from '../../../lora_manager/web/detail/word-lists.js';

test('a pasted list is words: commas, semicolons and lines part them, each comes once', () => {
  assert.deepEqual(splitWords(' a,b ;  c  d\n, A ,'), ['a', 'b', 'c d']);
  assert.deepEqual(splitWords(' , '), []);
  assert.deepEqual(withWords(['Sea'], ['sea', 'fog']), ['Sea', 'fog']);
});

test('words are added to a group, or to a new one behind the last', () => {
  assert.deepEqual(addWords([['a']], 0, 'b, a'), [['a', 'b']]);
  assert.deepEqual(addWords([['a']], 1, 'b'), [['a'], ['b']]);
  assert.deepEqual(addWords([], 0, 'b'), [['b']]);
});

test('a word is removed, written anew, or becomes several', () => {
  const groups = [['a', 'b', 'c']];
  assert.deepEqual(removeWord(groups, 0, 1), [['a', 'c']]);
  assert.deepEqual(replaceWord(groups, 0, 1, 'x, y'), [['a', 'x', 'y', 'c']]);
  assert.deepEqual(replaceWord(groups, 0, 1, ' '), [['a', 'c']]);
  assert.deepEqual(replaceWord(groups, 0, 1, 'C'), [['a', 'C']]);
  assert.deepEqual(groups, [['a', 'b', 'c']], 'the list itself stays');
});

test('a word moves within its group, to another, and to a new one', () => {
  const groups = [['a', 'b', 'c'], ['d', 'B']];
  const at = (group, index) => ({ group, index });
  assert.deepEqual(moveWord(groups, at(0, 0), at(0, 2)), [['b', 'a', 'c'], ['d', 'B']]);
  assert.deepEqual(moveWord(groups, at(0, 2), at(0, 0)), [['c', 'a', 'b'], ['d', 'B']]);
  assert.deepEqual(moveWord(groups, at(0, 0), at(1, 1)), [['b', 'c'], ['d', 'a', 'B']]);
  assert.deepEqual(moveWord(groups, at(0, 1), at(1, 0)), [['a', 'c'], ['b', 'd']], 'never twice in a group');
  assert.deepEqual(moveWord(groups, at(0, 0), at(2, 0)), [['b', 'c'], ['d', 'B'], ['a']]);
  assert.deepEqual(tidyGroups(moveWord([['a']], at(0, 0), at(1, 0))), [['a']]);
});
