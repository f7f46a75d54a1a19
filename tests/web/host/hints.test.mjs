import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepHintsOff } from '../../../lora_manager/web/host/hints.js';

class FakeElement {
  constructor(ours) {
    this.ours = ours;
    this.dataset = { hint: 'Start processing' };
  }

  closest() {
    return this.ours ? {} : null;
  }
}

/** A page with SDNext's hint, shown, and what happens there. */
function page() {
  const classes = new Set(['tooltip', 'tooltip-show']);
  const listeners = {};
  globalThis.HTMLElement = FakeElement;
  globalThis.document = {
    addEventListener: (type, action) => { listeners[type] = action; },
    querySelectorAll: () => (classes.has('tooltip-show') ? [{ classList: { remove: (name) => classes.delete(name) } }] : []),
  };
  keepHintsOff();
  return { classes, on: (type, target) => listeners[type]({ target }) };
}

test("the host's words for its own button are kept from ours, and only from ours", () => {
  const { on } = page();
  const [ours, theirs] = [new FakeElement(true), new FakeElement(false)];
  on('pointerover', ours);
  on('pointerover', theirs);
  assert.deepEqual([ours.dataset.hint, theirs.dataset.hint], [undefined, 'Start processing']);
});

test('a hint that is shown goes when one of our tabs is clicked', () => {
  const { classes, on } = page();
  on('click', new FakeElement(false));
  assert.equal(classes.has('tooltip-show'), true);
  on('click', new FakeElement(true));
  assert.equal(classes.has('tooltip-show'), false);
});
