import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Store, StoreController } from '../../../lora_manager/web/core/store.js';

test('listeners hear of real changes only, with the state before', () => {
  const store = new Store({ a: 1, b: 'x' });
  const heard = [];
  const stop = store.subscribe((now, before) => heard.push([now.a, before.a]));
  store.set({ a: 1 });
  store.set({ a: 2 });
  store.set({ a: Number.NaN });
  store.set({ a: Number.NaN });
  stop();
  store.set({ a: 3 });
  assert.deepEqual(heard, [[2, 1], [Number.NaN, 2]]);
  assert.equal(store.listeners, 0);
});

test('a listener that stops while it is told harms nobody', () => {
  const store = new Store({ a: 1 });
  const heard = [];
  const stop = store.subscribe(() => {
    heard.push('first');
    stop();
  });
  store.subscribe(() => heard.push('second'));
  store.set({ a: 2 });
  store.set({ a: 3 });
  assert.deepEqual(heard, ['first', 'second', 'second']);
});

test('a component put on the page twice listens once, and off the page not at all', () => {
  const store = new Store({ a: 1 });
  let drawn = 0;
  const host = { addController() {}, requestUpdate: () => (drawn += 1) };
  const controller = new StoreController(host, store);
  controller.hostConnected();
  controller.hostConnected();
  assert.equal(store.listeners, 1);
  drawn = 0;
  store.set({ a: 2 });
  assert.equal(drawn, 1);
  controller.hostDisconnected();
  store.set({ a: 3 });
  assert.equal(drawn, 1);
});
