import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lendKeys } from '../../../lora_manager/web/host/keys.js';

/** A host's page that shows one of our parts, or none; what its part gets is returned. */
function page(part, { lightbox = false } = {}) {
  const heard = [];
  const box = (shown) => ({ getClientRects: () => ({ length: shown ? 1 : 0 }) });
  const target = new EventTarget();
  globalThis.document = Object.assign(target, {
    getElementById: (id) => box(id === `lora_manager_${part}`),
    querySelector: (selector) => (selector === '#lightboxModal' ? box(lightbox)
      : selector === `#lora_manager_${part} lm-${part}` ? { shortcut: (event) => heard.push(event.key) } : null),
  });
  lendKeys();
  const press = (key, on = 'button') => {
    const event = Object.assign(new Event('keydown', { cancelable: true }), {
      key, composedPath: () => [{ closest: (selector) => (selector.includes(on) ? {} : null) }],
    });
    target.dispatchEvent(event);
  };
  return { heard, press };
}

test('our keys reach the part that is shown while the focus is on a button of the host', () => {
  const { heard, press } = page('catalogue');
  ['/', 'Escape', 'f', 'Enter'].forEach((key) => press(key));
  assert.deepEqual(heard, ['/', 'Escape']);
});

test('nothing is taken from whoever types, nor while we are not shown or the host shows its large picture', () => {
  const typing = page('catalogue');
  typing.press('/', 'textarea');
  const away = page(null);
  away.press('/');
  const covered = page('catalogue', { lightbox: true });
  covered.press('Escape');
  assert.deepEqual([typing.heard, away.heard, covered.heard], [[], [], []]);
});
