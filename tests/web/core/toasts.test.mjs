import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Toasts } from '../../../lora_manager/web/core/toasts.js';

const ACTION = { label: 'Undo', run: () => {} };

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('a message stays for 4 seconds, one with something to do or that went wrong for 8', () => {
  const toasts = new Toasts();
  const texts = () => toasts.state.items.map(({ text }) => text).join();
  toasts.show('a');
  toasts.show('b', { action: ACTION });
  toasts.show('c', { kind: 'error' });
  mock.timers.tick(3999);
  assert.equal(texts(), 'a,b,c');
  mock.timers.tick(1);
  assert.equal(texts(), 'b,c');
  mock.timers.tick(4000);
  assert.equal(texts(), '');
});

test('who goes elsewhere leaves messages behind, except what went wrong and what waits for an answer', () => {
  const toasts = new Toasts();
  toasts.show('a', { action: ACTION });
  toasts.show('b', { kind: 'error' });
  toasts.show('c', { stays: true });
  toasts.leave();
  assert.equal(toasts.state.items.map(({ text }) => text).join(), 'b,c');
});
