/**
 * Entry of the page. Loaded by our own index.html, where the shell is on the page, or by a host's page, where each tab
 * has its own mount and the elements are defined for whenever the host puts them in.
 */

import { loadAllTabs } from './core/elements.js';
import { getSession } from './core/session.js';
import { ensureToasts } from './ui/lm-toasts.js';

/** What a host's own script may use: the shared state, to hand over the host's prompt box and follow our wishes. */
export { getSession };

if (document.querySelector('lm-app')) {
  await import('./app/lm-app.js');
} else {
  await loadAllTabs();
}
ensureToasts();
