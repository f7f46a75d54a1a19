/** Our keys while the focus is on the host's own buttons: its rail, its tabs, those of our parts. */

import { TABS } from '../core/elements.js';
import { isPartShown, isShown, mountOf } from './tabs.js';

/** The others mean something to a host, or to whoever has the focus. */
const OURS = ['/', 'Escape'];
const TYPING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"])';
/** The host's large picture over its page takes its keys itself. */
const ABOVE = '#lightboxModal';

/** @param {KeyboardEvent} event */
function lend(event) {
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (!OURS.includes(event.key) || event.defaultPrevented || target.closest?.(TYPING)) {
    return;
  }
  const part = TABS.find(isPartShown);
  if (part && !isShown(document.querySelector(ABOVE))) {
    mountOf(part)?.shortcut?.(event);
  }
}

/** What is pressed within our parts does not come up to here: they keep it. */
export function lendKeys() {
  document.addEventListener('keydown', lend);
}
