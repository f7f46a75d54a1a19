/** An old prompt calls a LoRA by a name that it had: the one it has now is a click away, with the weight as it is. */

import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {InPrompt} from '../core/prompt.js'
 */

/** @param {Pick<Session, 'prompt'>} session @param {InPrompt} adapter */
export function renamedButton({ prompt }, { tagName, renamedTo: name }) {
  if (!name) {
    return nothing;
  }
  const why = t('strip.renamed_why', { old: tagName, name });
  return html`<button class="btn tiny quiet" title=${why} aria-label=${why}
    @click=${() => prompt.rename(tagName, name)}>${t('strip.renamed', { name })}</button>`;
}
