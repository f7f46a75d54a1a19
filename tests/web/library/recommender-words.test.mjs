import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encoderText, isUnderWay, megabytes, readText, shortName, workText } from '../../../lora_manager/web/library/recommender-words.js';

const ENCODER = { name: '', state: 'none', reason: '', choices: [{ name: 'org/small', label: 'Small one', megabytes: 90, installed: true }] };
const STATE = { digests: { done: 2, total: 2 }, vectors: [], encoder: ENCODER, ranker: { name: '' }, index: { adapters: 2, bytes: 1 } };

test('it is asked again only while something goes on', () => {
  assert.equal(isUnderWay(STATE), false);
  assert.ok(isUnderWay({ ...STATE, digests: { done: 1, total: 2 } }));
  assert.ok(isUnderWay({ ...STATE, encoder: { ...ENCODER, state: 'loading' } }));
  const vectors = [{ kind: 'semantic', done: 1, total: 2 }];
  assert.equal(isUnderWay({ ...STATE, vectors }), false, 'without an encoder nothing goes on');
  assert.ok(isUnderWay({ ...STATE, vectors, encoder: { ...ENCODER, state: 'ready' } }));
});

test('what is read, what is in use and what is to be fetched is said in words', () => {
  assert.match(readText({ done: 0, total: 0 }), /None yet/);
  assert.match(readText({ done: 1, total: 2000 }), /1 of 2,000 are read/);
  assert.match(encoderText(ENCODER), /from words alone/);
  assert.match(encoderText({ ...ENCODER, name: 'org/small', state: 'ready' }), /^small is in use/);
  assert.deepEqual(['org/small', 'C:\\models\\e5', 'bare'].map(shortName), ['small', 'e5', 'bare']);
  assert.equal(megabytes(90), '90 MB');
});

test('the work on the vectors says how fast it goes, or what it waits for', () => {
  const work = { state: 'running', waits_for: '', per_second: 119.6, eta_seconds: 240 };
  assert.equal(workText(work), '120 a second · 4 min left');
  assert.equal(workText({ ...work, state: 'waiting', waits_for: 'scan' }), 'waits for the scan');
  assert.equal(workText({ ...work, state: 'stopped' }), 'stopped');
  assert.equal(workText({ ...work, state: 'idle' }), '');
  assert.equal(workText(undefined), '');
});
