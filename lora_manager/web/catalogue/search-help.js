/** What can be said in the search box, with an example of each, and the keys: loaded when it is asked for. */

import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { html } from '../vendor/lit.js';
import { KEYS } from './keys.js';
import { EXAMPLES } from './search-examples.js';

/**
 * @param {(example: string) => void} pick
 * @param {() => void} close
 * @param {boolean} [keys] whether they are what was asked for
 */
export function helpPanel(pick, close, keys = false) {
  const title = t(keys ? 'keys.title' : 'help.title');
  return html`<div class="help scroll" id="help" role="dialog" tabindex="-1" aria-label=${title}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          close();
        }
      }}>
    <div class="head"><h3>${title}</h3><button class="btn quiet tiny icon" aria-label=${t('help.close')}
      title=${t('help.close')} @click=${close}>${icons.close}</button></div>
    ${keys ? keyList : examples(pick)}
    <h3 class="second">${t(keys ? 'help.title' : 'keys.title')}</h3>
    ${keys ? examples(pick) : keyList}
  </div>`;
}

/** @param {(example: string) => void} pick */
function examples(pick) {
  return html`<p>${t('help.text')}</p>
    <ul>${EXAMPLES.map(([example, meaning]) => html`<li><button @click=${() => pick(example)}><code>${example}</code>
      <span>${t(meaning)}</span></button></li>`)}</ul>`;
}

const keyList = html`<ul>${KEYS.map(([key, meaning]) => html`<li class="key"><code>${key}</code>
  <span>${t(meaning)}</span></li>`)}</ul>`;
