import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beforeRestore, differencesText, reasonText, summary } from '../../../lora_manager/web/library/backup-words.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const LIST = { folder: '/x', items: [], next_at: '2026-11-22T09:00:00.000Z', running: false, last_error: null };
const FOUND = { created_at: '', tables: [], adapters: { only_now: 0, only_then: 0, edited_since: 0 } };

test('why one was made is said in words, also for reasons of a later version', () => {
  assert.equal(reasonText('manual'), 'Made by hand');
  assert.equal(reasonText('before_delete'), 'Before deleting');
  assert.equal(reasonText('before_something'), 'Before a larger change');
});

test('when the last was made and the next one is due', () => {
  const made = { ...LIST, items: [{ created_at: '2026-11-21T09:00:00.000Z' }] };
  assert.match(summary(made, NOW), /^Last backup 3 h ago · next one 22 Nov 2026/);
  assert.match(summary(LIST, NOW), /^Next one 22 Nov 2026/);
  assert.equal(summary({ ...LIST, next_at: '2026-11-21T12:00:30.000Z' }, NOW), 'Next one in a moment');
  assert.equal(summary({ ...LIST, next_at: null }, NOW), 'Daily backups are turned off in Settings');
});

test('what a restore changes is said in sentences, and nothing else', () => {
  assert.deepEqual(differencesText(FOUND), ['Nothing that you see differs.']);
  const tables = [
    { name: 'generation', now: 12, then: 10 }, { name: 'change_set', now: 5, then: 4 }, { name: 'sidecar', now: 9, then: 1 },
    { name: 'use', now: 1, then: 7 },
  ];
  const adapters = { only_now: 3, only_then: 1, edited_since: 1, names_now: ['Amber', 'Moth'], names_then: ['Reed'] };
  const lines = differencesText({ ...FOUND, tables, adapters });
  assert.equal(lines.length, 5);
  assert.equal(lines[0], 'What you edited of 1 LoRA is again as it was then.');
  assert.match(lines[1], /^3 LoRAs added since then leave .*\(Amber, Moth and others\)$/);
  assert.match(lines[2], /^1 LoRA that is gone from the list comes back\. \(Reed\)$/);
  assert.match(lines[3], /^2 generations since then/);
  assert.match(lines[4], /^1 step leaves/);
});

test('a database that cannot be read is said, for there is nothing to compare', () => {
  assert.deepEqual(differencesText({ ...FOUND, unreadable: 'malformed' }).length, 1);
  assert.match(differencesText({ ...FOUND, unreadable: 'malformed' })[0], /cannot be read \(malformed\)/);
});

test('a restore can be undone for a day', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const backup = (reason, created_at, problem = '') => ({ reason, created_at, problem });
  const before = backup('before_restore', '2026-11-21T09:00:00Z');
  assert.equal(beforeRestore([backup('daily', '2026-11-21T10:00:00Z'), before], now), before);
  assert.equal(beforeRestore([backup('before_restore', '2026-11-20T09:00:00Z')], now), null);
  assert.equal(beforeRestore([{ ...before, problem: 'cut off' }], now), null);
  assert.equal(beforeRestore([], now), null);
});
