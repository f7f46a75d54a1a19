import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashingText, isUnderWay } from '../../../lora_manager/web/library/hashing-words.js';

const RUNNING = {
  state: 'running', slow_for: '', elsewhere: false, done: 1200, total: 10_000, bytes_done: 12, bytes_total: 100,
  mb_per_second: 850.4, eta_seconds: 240, current: [], errors: 0,
};

test('it says how far it is, how fast, and how long it takes', () => {
  assert.equal(hashingText(RUNNING), '1,200 of 10,000 files · 12 % · 850 MB/s · 4 min left');
  assert.equal(hashingText({ ...RUNNING, mb_per_second: 0, eta_seconds: null }), '1,200 of 10,000 files · 12 %');
});

test('it says why it is slow', () => {
  const slow = { ...RUNNING, state: 'waiting', eta_seconds: null };
  assert.match(hashingText({ ...slow, slow_for: 'generation' }), /slow while a generation runs$/);
  assert.match(hashingText({ ...slow, slow_for: 'scan' }), /slow while a scan runs$/);
});

test('a rest is no alarm', () => {
  const idle = { ...RUNNING, state: 'idle' };
  assert.equal(hashingText({ ...idle, done: 10_000 }), 'Every file has its own hash.');
  assert.match(hashingText(idle), /^1,200 of 10,000 files have their own hash\. The others follow by themselves\.$/);
  assert.equal(hashingText({ ...idle, done: 0, total: 60 }), 'Begins in a moment: 60 files.');
  assert.match(hashingText({ ...idle, done: 0, total: 1, errors: 1 }), /^0 of 1 files have their own hash\./);
  assert.equal(hashingText({ ...idle, done: 0, total: 0 }), 'There are no files yet.');
  assert.match(hashingText({ ...RUNNING, state: 'paused' }), /^Paused\. 1,200 of 10,000/);
});

test('another program on the same database may do it', () => {
  const elsewhere = { ...RUNNING, elsewhere: true };
  assert.match(hashingText(elsewhere), /^Another LoRA Manager/);
  assert.equal(isUnderWay(elsewhere), false);
  assert.deepEqual(['running', 'waiting', 'paused', 'idle'].map((state) => isUnderWay({ ...RUNNING, state })),
    [true, true, false, false]);
});
