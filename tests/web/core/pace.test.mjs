import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { Pace } from '../../../lora_manager/web/core/pace.js';
import { PageCache } from '../../../lora_manager/web/catalogue/page-cache.js';
import { debounce, Latest } from '../../../lora_manager/web/core/timing.js';

/** Hosts allow 300. */
const MOST = 200;

/** Let time pass, and what waits for it happen. */
async function pass(seconds, each = () => {}, step = 50) {
  for (let at = 0; at < seconds * 1000; at += step) {
    each(at);
    mock.timers.tick(step);
    for (let n = 0; n < 6; n += 1) {
      await null;
    }
  }
}

function watched() {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  return { pace: new Pace(() => Date.now()), times: [] };
}

/** The most requests in any minute. */
function busiest(times) {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

test('whoever asks without end is slowed down to half of what hosts allow; others are not', async () => {
  const { pace, times } = watched();
  let others = 0;
  for (let n = 0; n < 1000; n += 1) {
    void pace.turn(`adapters?offset=${n}`).then(() => times.push(Date.now()));
  }
  await pass(90);
  void pace.turn('facets').then(() => {
    others += 1;
  });
  await pass(0.05);
  mock.timers.reset();
  assert.equal(times.filter((at) => at === times[0]).length, 30, 'a burst is let through');
  assert.ok(busiest(times) <= 150, `${busiest(times)}`);
  assert.equal(others, 1);
});

test('a whole library of 10,000 scrolled through, quickly, for a minute', async () => {
  const { pace, times } = watched();
  const fetch = async (offset, limit, signal) => {
    await pace.turn('adapters', signal);
    signal.throwIfAborted();
    times.push(Date.now());
    return { total: 10_000, items: Array.from({ length: limit }, (_, n) => offset + n) };
  };
  const cache = new PageCache(fetch, () => {});
  let first = 0;
  await pass(60, () => {
    first = (first + 9) % 10_000;
    cache.want(first, first + 60);
  });
  await pass(2);
  mock.timers.reset();
  assert.ok(busiest(times) < MOST, `${busiest(times)}`);
  assert.equal(cache.get(first), first, 'and what is in sight at the end is there');
});

test('somebody types a key each fifth of a second for a minute', async () => {
  const { pace, times } = watched();
  const latest = new Latest();
  let answered = 0;
  const ask = debounce((n) => void latest.run(async (signal) => {
    await pace.turn('facets', signal);
    signal.throwIfAborted();
    times.push(Date.now());
    answered = n;
  }), 120);
  await pass(60, (at) => at % 200 === 0 && ask(at));
  await pass(2);
  mock.timers.reset();
  assert.ok(busiest(times) <= 150, `${busiest(times)}`);
  assert.equal(answered, 59_800, 'the last question is answered');
});
