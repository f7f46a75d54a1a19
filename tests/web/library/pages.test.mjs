import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pages } from '../../../lora_manager/web/library/pages.js';

function list(total) {
  const asked = [];
  const pages = new Pages(async (offset, limit) => {
    asked.push([offset, limit]);
    return { total, items: Array.from({ length: Math.min(limit, total - offset) }, (_, n) => offset + n) };
  }, () => {}, 50);
  return { pages, asked };
}

test('it is read part by part, and as far as it was read again', async () => {
  const { pages, asked } = list(120);
  await pages.refresh();
  assert.deepEqual([pages.items.length, pages.rest], [50, 50]);
  await pages.more();
  assert.deepEqual([pages.items.length, pages.rest], [100, 20]);
  await pages.refresh();
  await pages.more();
  assert.deepEqual([pages.items.length, pages.rest, pages.items.at(-1)], [120, 0, 119]);
  assert.deepEqual(asked, [[0, 50], [50, 50], [0, 100], [100, 50]]);
});

test('an answer that was overtaken changes nothing, and an error is kept until it works again', async () => {
  let fail = false;
  const waiting = [];
  const pages = new Pages((offset) => new Promise((done, failed) => {
    waiting.push(() => (fail ? failed(new Error('away')) : done({ total: 3, items: [offset] })));
  }), () => {}, 1);
  const first = pages.refresh();
  const second = pages.refresh();
  waiting[1]();
  await second;
  pages.items = ['mine'];
  waiting[0]();
  await first;
  assert.deepEqual(pages.items, ['mine']);
  fail = true;
  const third = pages.more();
  waiting[2]();
  await third;
  assert.equal(pages.error.message, 'away');
});
