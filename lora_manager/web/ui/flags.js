/** Sentences that name options of the command line. */

import { html } from '../vendor/lit.js';

/** An option is not broken at its hyphens. @param {string} text */
export function flags(text) {
  return text.split(/(--[\w-]+)/).map((part, index) => (index % 2 ? html`<span class="flag">${part}</span>` : part));
}
