import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completed, Completions, indexOf, pointsBefore } from '../../../lora_manager/web/catalogue/search-completion.js';

const item = (text, kind = 'tag') => ({ text, label: text, kind, count: 1, detail: '' });
const answerOf = (start, end, ...texts) => ({ start, end, items: texts.map((text) => item(text)) });

/** A server that answers when it is told to. */
function served() {
  const asked = [];
  const completion = (q, at, signal) => new Promise((done, fail) => {
    asked.push({ q, at, signal, done, fail });
  });
  return { asked, completions: new Completions({ completion }) };
}

test('places are counted in characters on the way to the server, and back', () => {
  assert.equal(pointsBefore('a😀b', 3), 2);
  assert.equal(indexOf('a😀b', 2), 3);
  assert.equal(indexOf('ab', 9), 2);
});

test('what is chosen takes the place of the word, with a space behind it unless a value follows', () => {
  const answer = answerOf(4, 7, 'tag:style', 'tag:');
  assert.deepEqual(completed('ink tag', 'ink tag', answer, 0), { text: 'ink tag:style ', caret: 14, goesOn: false });
  assert.deepEqual(completed('ink tag', 'ink tag', answer, 1), { text: 'ink tag:', caret: 8, goesOn: true });
  assert.deepEqual(completed('ink tag x', 'ink tag x', answer, 0), { text: 'ink tag:style x', caret: 13, goesOn: false });
  assert.equal(completed('😀 tag', '😀 tag', answerOf(2, 5, 'tag:a'), 0).text, '😀 tag:a ');
});

test('what was typed since the question belongs to the word', () => {
  assert.equal(completed('ink tagst x', 'ink tag x', answerOf(4, 7, 'tag:style'), 0).text, 'ink tag:style x');
});

test('the keys go round through nothing chosen, and nothing chosen is nothing put in', async () => {
  const { asked, completions } = served();
  const answered = completions.now('an', 2);
  asked[0].done(answerOf(0, 2, 'anime', 'ant'));
  await answered;
  assert.equal(completions.open, true);
  assert.equal(completions.choose('an'), null);
  const places = [1, 1, 1, -1].map((step) => {
    completions.move(step);
    return completions.state.active;
  });
  assert.deepEqual(places, [0, 1, -1, 1]);
  assert.equal(completions.choose('an')?.text, 'ant ');
  assert.equal(completions.open, false);
});

test('late answers are dropped, and so is the list when the server fails or the box is empty', async () => {
  const { asked, completions } = served();
  const first = completions.now('a', 1);
  const second = completions.now('an', 2);
  asked[1].done(answerOf(0, 2, 'anime'));
  asked[0].done(answerOf(0, 1, 'apple'));
  await Promise.all([first, second]);
  assert.deepEqual(completions.state.items.map(({ text }) => text), ['anime']);
  assert.equal(asked[0].signal.aborted, true);
  const closed = completions.now('ant', 3);
  completions.close();
  asked[2].done(answerOf(0, 3, 'ant eater'));
  await closed;
  assert.equal(completions.open, false);
  const failed = completions.now('b', 1);
  asked[3].fail(new Error('gone'));
  await failed;
  assert.equal(completions.open, false);
});

test('what stands there already is not offered', async () => {
  const { asked, completions } = served();
  const answered = completions.now('tag:anime', 9);
  asked[0].done(answerOf(0, 9, 'tag:anime'));
  await answered;
  assert.equal(completions.open, false);
});
