import assert from 'node:assert/strict';
import { test } from 'node:test';
import { debounce, Latest } from '../../../lora_manager/web/core/timing.js';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

test('debounce acts once, with the last words', async () => {
  const seen = [];
  const say = debounce((word) => seen.push(word), 20);
  say('a');
  say('b');
  await pause(50);
  say('c');
  say.cancel();
  say('d');
  say.flush();
  say.flush();
  await pause(50);
  assert.deepEqual(seen, ['b', 'd']);
});

test('a later request drops the answer of the one before, and its failure too', async () => {
  const latest = new Latest();
  const slow = latest.run(async () => {
    await pause(30);
    return 'old';
  });
  const failing = latest.run(async () => {
    await pause(20);
    throw new Error('aborted meanwhile');
  });
  const fast = latest.run(async (signal) => (signal.aborted ? 'aborted' : 'new'));
  assert.deepEqual(await Promise.all([slow, failing, fast]), [undefined, undefined, 'new']);
  assert.equal(latest.busy, false);
  await assert.rejects(latest.run(() => Promise.reject(new Error('no'))), /no/);
});
