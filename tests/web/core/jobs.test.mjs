import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Jobs, newer } from '../../../lora_manager/web/core/jobs.js';

const job = (id, state, done = 0, kind = 'generate') => ({ id, kind, state, done, total: 20, created_at: `2026-01-0${id}` });

test('news that were overtaken change nothing', () => {
  const done = job(1, 'done', 20);
  assert.equal(newer(done, job(1, 'running', 5)), done);
  const at9 = job(1, 'running', 9);
  assert.equal(newer(at9, job(1, 'running', 4)), at9);
  assert.equal(newer(undefined, at9), at9);
});

test('the end of a job that was seen running is told once', () => {
  const jobs = new Jobs();
  const ended = [];
  jobs.onFinished(({ id }) => ended.push(id));
  jobs.put(job(1, 'done', 20)); // Ended before this page was opened.
  jobs.put(job(2, 'queued'));
  jobs.put(job(2, 'running', 3));
  jobs.put(job(2, 'done', 20));
  jobs.put(job(2, 'done', 20));
  jobs.put(job(2, 'running', 19));
  assert.deepEqual(ended, [2]);
  assert.equal(jobs.get(2).state, 'done');
});

test('the list is newest first; the running one is the active one, else the first in the queue', () => {
  const jobs = new Jobs();
  jobs.putAll([job(3, 'queued'), job(2, 'queued'), job(1, 'done', 20)]);
  assert.deepEqual(jobs.state.items.map(({ id }) => id), [3, 2, 1]);
  assert.equal(jobs.active('generate').id, 2);
  jobs.put(job(3, 'running', 1));
  assert.equal(jobs.active('generate').id, 3);
  assert.equal(jobs.active('scan'), undefined);
});
