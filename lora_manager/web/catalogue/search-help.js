/** What can be said in the search box, with an example of each: loaded when it is asked for. */

import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { html } from '../vendor/lit.js';
import { EXAMPLES } from './search-examples.js';

/**
 * @param {(example: string) => void} pick
 * @param {() => void} close
 */
export function helpPanel(pick, close) {
  return html`<div class="help scroll" id="help" role="dialog" tabindex="-1" aria-label=${t('help.title')}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          close();
        }
      }}>
    <div class="head"><h3>${t('help.title')}</h3><button class="btn quiet tiny icon" aria-label=${t('help.close')}
      title=${t('help.close')} @click=${close}>${icons.close}</button></div>
    <p>${t('help.text')}</p>
    <ul>${EXAMPLES.map(([example, meaning]) => html`<li><button @click=${() => pick(example)}><code>${example}</code>
      <span>${t(meaning)}</span></button></li>`)}</ul>
  </div>`;
}
