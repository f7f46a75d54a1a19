import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PageCache } from '../../../lora_manager/web/catalogue/page-cache.js';

const settle = () => new Promise((done) => setTimeout(done, 0));

/** A list of numbers behind a server that answers when told to. */
function list(total) {
  const calls = [];
  const fetcher = (offset, limit, signal) => new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    calls.push({
      offset,
      limit,
      signal,
      fail: (error) => reject(error),
      answer: (of = total, base = 0) => {
        const length = Math.max(0, Math.min(limit, of - offset));
        resolve({ total: of, items: Array.from({ length }, (_, n) => base + offset + n) });
      },
    });
  });
  return { calls, fetcher };
}

function cacheOf(total, limits = {}) {
  const { calls, fetcher } = list(total);
  const changes = { count: 0 };
  const cache = new PageCache(fetcher, () => (changes.count += 1), { pageSize: 10, pause: 0, ...limits });
  return { cache, calls, changes };
}

async function first(cache, calls) {
  cache.reset();
  calls[0].answer();
  await settle();
}

test('any position is one request, also across the border of two pages', async () => {
  const { cache, calls } = cacheOf(10_000);
  await first(cache, calls);
  cache.want(4995, 5012);
  assert.deepEqual(calls.slice(1).map(({ offset, limit }) => [offset, limit]), [[4990, 30]]);
  calls[1].answer();
  await settle();
  assert.equal(cache.get(4995), 4995);
  assert.equal(cache.get(5012), 5012);
  cache.want(4996, 5010);
  assert.equal(calls.length, 2, 'what is held is not asked for');
});

test('requests for what was scrolled past are aborted, and what still is in sight is not asked for twice', async () => {
  const { cache, calls, changes } = cacheOf(10_000);
  await first(cache, calls);
  changes.count = 0;
  cache.want(1000, 1019);
  cache.want(1002, 1018);
  assert.equal(calls.length, 2);
  cache.want(7000, 7019);
  assert.equal(calls.length, 3);
  assert.ok(calls[1].signal.aborted);
  await settle();
  assert.equal(changes.count, 0, 'an aborted request changes nothing');
  calls[2].answer();
  await settle();
  assert.equal(cache.get(7000), 7000);
  assert.equal(cache.get(1000), undefined);
  assert.equal(cache.loading, false);
});

test('while the view keeps moving, requests leave at a measured pace, and the last place is always asked for', async () => {
  const { cache, calls } = cacheOf(10_000, { pause: 30 });
  await first(cache, calls);
  await new Promise((done) => setTimeout(done, 40));
  cache.want(1000, 1019);
  assert.equal(calls.length, 2, 'after a rest at once');
  for (let at = 1100; at < 3000; at += 100) {
    cache.want(at, at + 19);
  }
  assert.equal(calls.length, 2);
  assert.ok(calls[1].signal.aborted);
  await new Promise((done) => setTimeout(done, 60));
  assert.deepEqual(calls.slice(2).map(({ offset }) => offset), [2900]);
  calls[2].answer();
  await settle();
  assert.equal(cache.get(2900), 2900);
});

test('scrolling back to what is held aborts what was under way', async () => {
  const { cache, calls } = cacheOf(10_000);
  await first(cache, calls);
  cache.want(500, 519);
  cache.want(0, 19);
  assert.ok(calls[1].signal.aborted);
  assert.equal(calls.length, 2);
});

test('the pages wanted longest ago go first', async () => {
  const { cache, calls } = cacheOf(10_000, { mostPages: 10 });
  await first(cache, calls);
  for (let at = 100; at < 400; at += 20) {
    cache.want(at, at + 19);
    calls.at(-1).answer();
    await settle();
  }
  assert.equal(cache.size, 10);
  assert.equal(cache.get(0), undefined);
  assert.equal(cache.get(399), 399);
});

test('a new question keeps the old items in sight until its first answer, and drops late ones', async () => {
  const { cache, calls } = cacheOf(100);
  await first(cache, calls);
  cache.reset();
  assert.equal(cache.current, false);
  assert.equal(cache.get(3), 3);
  cache.reset();
  assert.ok(calls[1].signal.aborted);
  calls[1].answer(100, 5000);
  calls[2].answer(20, 9000);
  await settle();
  assert.equal(cache.current, true);
  assert.equal(cache.total, 20);
  assert.equal(cache.get(3), 9003);
  assert.equal(cache.get(25), undefined);
});

test('no result is a result; a total that changes on the way drops the pages of before', async () => {
  const { cache, calls } = cacheOf(0);
  await first(cache, calls);
  assert.equal(cache.total, 0);
  assert.equal(cache.loading, false);
  cache.want(0, 9);
  assert.equal(calls.length, 1);
  cache.refresh();
  calls[1].answer(500);
  await settle();
  cache.want(300, 309);
  calls[2].answer(400);
  await settle();
  assert.equal(cache.total, 400);
  assert.equal(cache.get(0), undefined);
});

test('an error is kept and can be tried again', async () => {
  const { cache, calls, changes } = cacheOf(100);
  cache.reset();
  calls[0].fail(new Error('down'));
  await settle();
  assert.match(String(cache.error), /down/);
  assert.equal(changes.count, 1);
  cache.want(0, 59);
  cache.want(0, 59);
  assert.equal(calls.length, 1, 'drawing the error does not ask again');
  cache.retry();
  assert.equal(cache.error, null);
  calls[1].answer();
  await settle();
  assert.equal(cache.get(0), 0);
});

test('items are changed in place', async () => {
  const { cache, calls, changes } = cacheOf(100);
  await first(cache, calls);
  changes.count = 0;
  cache.update((item) => (item === 4 ? 444 : null));
  cache.update(() => null);
  assert.equal(cache.get(4), 444);
  assert.equal(changes.count, 1);
});

test('a view that moves on steadily is asked for before it gets there, once, and in large parts', async () => {
  const { cache, calls } = cacheOf(10_000, { pageSize: 40, pause: 0 });
  await first(cache, calls);
  for (let at = 14; at < 1400; at += 14) {
    cache.want(at, at + 41);
    for (const call of calls.slice(1)) {
      call.answer();
    }
    await settle();
    assert.notEqual(cache.get(at), undefined, `card ${at} is there`);
  }
  const numbers = (offset, limit) => Array.from({ length: limit / 40 }, (_, n) => offset / 40 + n);
  const pages = calls.slice(1).flatMap(({ offset, limit }) => numbers(offset, limit));
  assert.equal(new Set(pages).size, pages.length, 'nothing is asked for twice');
  assert.ok(calls.length < 20, `${calls.length} requests`);
});

test('the same upwards', async () => {
  const { cache, calls } = cacheOf(10_000, { pageSize: 40, pause: 0 });
  await first(cache, calls);
  for (let at = 5000; at > 4000; at -= 14) {
    cache.want(at, at + 41);
    for (const call of calls.slice(1)) {
      call.answer();
    }
    await settle();
  }
  assert.notEqual(cache.get(3990), undefined);
  assert.equal(cache.get(5200), undefined);
});

test('while a question waits for its answer, drawing asks it no second time', async () => {
  const { cache, calls } = cacheOf(10_000);
  await first(cache, calls);
  cache.reset();
  cache.want(0, 19);
  cache.want(0, 29);
  assert.equal(calls.length, 2);
});
