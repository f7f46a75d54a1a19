import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, withJudgement } from '../../../lora_manager/web/generate/rating.js';

const IMAGE = { id: 3, seed: 1, width: 8, height: 8, rating: 2, favourite: false };

test('a rating is shown at once, and is what the server made of it in the end', async () => {
  const shown = [];
  const api = { send: async (method, path, body) => ({ id: 3, favourite: false, ...body }) };
  await judge({ api, toasts: null }, IMAGE, { rating: 5 }, (now) => shown.push(now));
  assert.deepEqual(shown, [{ rating: 5, favourite: false }, { rating: 5, favourite: false }]);
});

test('a refused one is taken back with the reason', async () => {
  const shown = [];
  const said = [];
  const api = { send: async () => Promise.reject(new Error('No.')) };
  const toasts = { show: (text) => said.push(text) };
  await judge({ api, toasts }, IMAGE, { favourite: true }, (now) => shown.push(now));
  assert.deepEqual([shown.at(-1), said], [{ rating: 2, favourite: false }, ['No.']]);
});

test('only that picture is changed', () => {
  const [one, other] = withJudgement([IMAGE, { ...IMAGE, id: 4 }], 4, { rating: 1, favourite: true });
  assert.deepEqual([one.rating, other.rating, other.favourite], [2, 1, true]);
});
