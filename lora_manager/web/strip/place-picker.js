/** Which of the host's prompt boxes is written into, and the way to it. Nothing where the prompt is only ours. */

import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';

/** @import {Session} from '../core/session.js' */

export const placeStyles = css`
  .place { flex: none; max-width: 160px; color: var(--lm-dim); font-size: 12px; }
  .place .field { min-height: 24px; padding: 1px 24px 1px 8px; border-radius: 6px; background: none; }
  .place .field:hover { background: var(--lm-raise); color: var(--lm-text); }
  .place.select::after { right: 4px; }
  .shelf .place.relay { max-width: 220px; }
`;

/**
 * @param {Session} session
 * @param {'place.to'|'place.of'} [text] how a place is called here
 */
export function placePicker({ prompt }, text = 'place.to') {
  const { place, places } = prompt.state;
  if (!place) {
    return nothing;
  }
  if (places.length < 2) {
    return html`<span class="place clip">${t(text, place)}</span>`;
  }
  return html`<span class="place select"><select class="field" aria-label=${t('place.label')} title=${t('place.label')}
    @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => prompt.choose(event.target.value)}>
    ${places.map(({ id, name }) => html`<option value=${id} .selected=${id === place.id}>${t(text, { name })}</option>`)}
  </select></span>`;
}

/** Beside a web UI: whether Insert goes to its own page or to this one. @param {Session} session */
export function relayPicker({ relay }) {
  const { possible, on } = relay.state;
  return possible ? html`<span class="place relay select"><select class="field" aria-label=${t('place.label')} title=${t('place.label')}
    @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => relay.choose(event.target.value === 'on')}>
    <option value="on" .selected=${on}>${t('place.relay')}</option>
    <option value="off" .selected=${!on}>${t('place.here')}</option>
  </select></span>` : nothing;
}

/** @param {Session} session */
export function placeButton({ prompt }) {
  const { place } = prompt.state;
  return place ? html`<button class="btn tiny to" title=${t('place.show', place)} @click=${() => prompt.showPlace()}>
    <span class="clip">${t('place.show', place)}</span>${icons.chevron}</button>` : nothing;
}
