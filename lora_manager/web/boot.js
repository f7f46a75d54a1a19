/**
 * Entry of the page. Loaded by our own index.html, where the shell is on the page, or by a host's page, where each tab
 * has its own mount: the catalogue comes at once, so that it is there when it is looked for, the others when they are.
 */

import { loadTab } from './core/elements.js';
import { getSession } from './core/session.js';
import { ensureToasts } from './ui/lm-toasts.js';
import { t } from './strings.js';

/** What a host's own script may use: the shared state, to hand over the host's prompt box and follow our wishes. */
export { getSession };

/** @param {import('./core/elements.js').Tab} _tab @param {Element} mount @param {Promise<unknown>} part */
function awaited(_tab, mount, part) {
  getSession().need(part).catch(() => {
    mount.textContent = t('app.part_missing');
  });
}

if (document.querySelector('lm-app')) {
  await import('./app/lm-app.js');
} else {
  await loadTab('catalogue');
  const { WhenShown } = await import('./core/when-shown.js');
  new WhenShown(awaited).start();
}
ensureToasts();
