import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hover } from '../../../lora_manager/web/catalogue/hover.js';

/** Time that passes when it is told to. */
function clock() {
  let now = 0;
  let waiting = [];
  return {
    later(run, delay) {
      const timer = { run, at: now + delay };
      waiting.push(timer);
      return timer;
    },
    never(timer) {
      waiting = waiting.filter((one) => one !== timer);
    },
    tick(time) {
      now += time;
      const due = waiting.filter(({ at }) => at <= now);
      waiting = waiting.filter(({ at }) => at > now);
      due.forEach(({ run }) => run());
    },
  };
}

test('a pointer that crosses a hundred cards opens no large picture', () => {
  const time = clock();
  const seen = [];
  const hover = new Hover(() => seen.push(hover.large), time);
  for (let index = 0; index < 100; index += 1) {
    hover.over(index, true);
    hover.moved();
    time.tick(40);
  }
  assert.deepEqual(seen, []);
  time.tick(600);
  assert.deepEqual([hover.large, hover.tools], [99, 99]);
  hover.over(98, true);
  hover.moved();
  assert.equal(hover.large, -1, 'it goes at once');
  time.tick(300);
  assert.equal(hover.large, 98, 'the next comes sooner');
  hover.leave();
  assert.deepEqual([hover.large, hover.tools], [-1, -1]);
});

test('over a button and over the words there is no large picture, nor after the list moved', () => {
  const time = clock();
  const hover = new Hover(() => {}, time);
  hover.over(3, false);
  hover.moved();
  time.tick(2000);
  assert.deepEqual([hover.large, hover.tools], [-1, 3]);
  hover.over(3, true);
  hover.moved();
  hover.rest();
  hover.moved();
  time.tick(2000);
  assert.equal(hover.large, -1);
});

test('a card that comes below a resting pointer is shown large once the pointer moves', () => {
  const time = clock();
  const hover = new Hover(() => {}, time);
  hover.over(3, true);
  time.tick(2000);
  assert.deepEqual([hover.large, hover.tools], [-1, 3]);
  hover.moved();
  hover.moved();
  time.tick(499);
  assert.equal(hover.large, -1);
  time.tick(1);
  assert.equal(hover.large, 3);
});
