/** One card of the grid: few nodes, because up to a hundred of them stand on the page. */

import * as format from '../core/format.js';
import { whyUnreachable } from '../core/actions.js';
import { hue, initials } from '../ui/placeholder.js';
import { t } from '../strings.js';
import { html, keyed, nothing } from '../vendor/lit.js';

/** @import {Card} from '../core/types.js' */

/**
 * @typedef {object} CardView
 * @property {Card} card
 * @property {number} index place in the list
 * @property {boolean} active the keyboard stands on it
 * @property {boolean} open its details are shown
 * @property {number|null} inPrompt its weight in the prompt
 * @property {string} picture address of the preview, "" without one
 */

/** @param {Event} event */
function shown(event) {
  /** @type {HTMLElement} */ (event.target).classList.add('on');
}

/** @param {Event} event a preview that is gone or broken: the placeholder below it is seen */
function failed(event) {
  /** @type {HTMLElement} */ (event.target).hidden = true;
}

/** @param {Card} card */
export function firstTriggers(card) {
  return (card.trigger_groups[card.default_group] ?? card.trigger_groups[0] ?? []).join(', ');
}

/** @param {CardView} view @returns {string} what a screen reader says of the card */
function spoken({ card, inPrompt }) {
  const parts = [card.name, card.base_model, firstTriggers(card)];
  if (inPrompt !== null) {
    parts.push(t('card.in_prompt_at', { weight: format.weight(inPrompt) }));
  }
  if (card.favourite) {
    parts.push(t('facet.favourites'));
  }
  return parts.filter(Boolean).join(', ');
}

/** @param {Card} card */
function footer(card) {
  const rating = card.rating ?? 0;
  return html`<div class="foot">
    <span>${t('card.weight', { weight: format.weight(card.weight) })}</span>
    <span>${card.uses > 0 ? t('card.uses', { n: card.uses }) : nothing}</span>
    ${rating > 0 ? html`<span class="rating" title=${t('rating.value', { n: rating })}>${'★'.repeat(rating)}</span>` : nothing}
  </div>`;
}

/** What stands on the picture: the base model, and what is wrong. @param {Card} card */
function labels(card) {
  const clash = card.state === 'present' && card.hidden_by;
  return html`
    ${card.base_model ? html`<span class="badge" title=${card.base_model}>${format.badge(card.base_model)}</span>` : nothing}
    ${clash ? html`<span class="state clash" title=${whyUnreachable(card)}>${t('card.hidden')}</span>` : nothing}
    ${card.state === 'present' ? nothing : html`<span class="state">${t(`card.${card.state}`)}</span>`}`;
}

/** @param {CardView} view */
export function cardTemplate(view) {
  const { card, index, active, open, inPrompt, picture } = view;
  const used = inPrompt !== null;
  return html`<div class="card ${active ? 'active' : ''} ${open ? 'open' : ''} ${card.state}" role="gridcell"
      id="cell-${index}" data-index=${index} aria-selected=${open} aria-label=${spoken(view)}>
    <div class="pic" style="--hue:${hue(card.name)}" data-initials=${initials(card.name)}>
      ${picture ? keyed(picture, html`<img alt="" decoding="async" src=${picture} @load=${shown} @error=${failed}>`) : nothing}
      ${labels(card)}
      <button class="star ${card.favourite ? 'on' : ''}" data-do="favourite" tabindex="-1"
        aria-pressed=${card.favourite} aria-label=${t('card.favourite')} title=${t('card.favourite_key')}></button>
      <button class="insert ${used ? 'used' : ''}" data-do="insert" tabindex="-1"
        title=${t(used ? 'card.remove_key' : 'card.insert_key')}
        data-used=${used ? `✓ ${format.weight(inPrompt)}` : ''} data-act=${t(used ? 'card.remove' : 'card.insert')}></button>
    </div>
    <div class="name" title=${`${card.name}\n${t('card.open_key')}`}>${card.name}</div>
    <div class="triggers" title=${firstTriggers(card) || nothing}>${firstTriggers(card) || t('card.no_triggers')}</div>
    ${footer(card)}
  </div>`;
}

/** A card that is still on its way. */
export const skeleton = html`<div class="card skeleton" role="gridcell" aria-busy="true"><div class="pic"></div></div>`;
