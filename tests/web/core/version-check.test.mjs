import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advice } from '../../../lora_manager/web/core/version-check.js';

test('a differing page reloads once; when that did not help, the server is the old one', () => {
  assert.equal(advice('a', 'a', null), '');
  assert.equal(advice('a', 'b', null), 'reload');
  assert.equal(advice('a', 'b', 'a b'), 'restart');
  assert.equal(advice('a', 'c', 'a b'), 'reload');
  assert.equal(advice('', 'b', null), '');
});
