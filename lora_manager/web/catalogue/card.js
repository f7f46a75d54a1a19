/** One card of the grid: few nodes, because up to a hundred of them stand on the page. */

import * as format from '../core/format.js';
import { whyUnreachable } from '../core/actions.js';
import { firstTriggers, spoken } from '../core/card-text.js';
import { hue, initials } from '../ui/placeholder.js';
import { t } from '../strings.js';
import { html, keyed, nothing } from '../vendor/lit.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Column} from './columns.js'
 */

/**
 * @typedef {object} CardView
 * @property {Card} card
 * @property {number} index place in the list
 * @property {boolean} active the keyboard stands on it
 * @property {boolean} open its details are shown
 * @property {boolean} chosen it is one of those selected
 * @property {boolean} [picking] whether any is
 * @property {number|null} inPrompt its weight in the prompt
 * @property {string} picture address of the preview, "" without one
 * @property {Column|null} [by] what the list is ordered by, where a card does not say it anyway
 * @property {unknown} tools what more can be done with it, for the one that is pointed at
 */

/** @param {Event} event */
function shown(event) {
  /** @type {HTMLElement} */ (event.target).classList.add('on');
}

/** @param {Event} event a preview that is gone or broken: the placeholder below it is seen */
function failed(event) {
  /** @type {HTMLElement} */ (event.target).hidden = true;
}

/** @param {Card} card @param {Column|null|undefined} by */
function footer(card, by) {
  if (by) {
    return html`<div class="foot"><span class="clip">${t(by.title)}</span><span class=${by.id}>${by.text(card) || '–'}</span></div>`;
  }
  const rating = card.rating ?? 0;
  return html`<div class="foot">
    <span>${t('card.weight', { weight: format.weight(card.weight) })}</span>
    <span>${card.uses > 0 ? t('card.uses', { n: card.uses }) : nothing}</span>
    ${rating > 0 ? html`<span class="rating" title=${t('rating.value', { n: rating })}>${'★'.repeat(rating)}</span>` : nothing}
  </div>`;
}

/** What is wrong with it. @param {Card} card */
export function stateLabel(card) {
  const clash = card.state === 'present' && card.hidden_by;
  return html`
    ${clash ? html`<span class="state clash" title=${whyUnreachable(card)}>${t('card.hidden')}</span>` : nothing}
    ${card.state === 'present' ? nothing : html`<span class="state">${t(`card.${card.state}`)}</span>`}`;
}

/** @param {string} picture */
export function pictureOf(picture) {
  return picture ? keyed(picture, html`<img alt="" decoding="async" src=${picture} @load=${shown} @error=${failed}>`) : nothing;
}

/** @param {Card} card */
export function starButton(card) {
  return html`<button class="star ${card.favourite ? 'on' : ''}" data-do="favourite" tabindex="-1"
    aria-pressed=${card.favourite} aria-label=${t('card.favourite')} title=${t('card.favourite_key')}></button>`;
}

/** @param {number|null} inPrompt */
export function insertButton(inPrompt) {
  const used = inPrompt !== null;
  return html`<button class="insert ${used ? 'used' : ''}" data-do="insert" tabindex="-1"
    title=${t(used ? 'card.remove_key' : 'card.insert_key')}
    data-used=${used ? `✓ ${format.weight(inPrompt)}` : ''} data-act=${t(used ? 'card.remove' : 'card.insert')}></button>`;
}

/** Takes it into what is selected, or out of it. @param {CardView} view */
export function mark({ card, active, chosen, picking = false }) {
  return chosen || picking ? html`<button class="mark" role="checkbox" data-do="select" tabindex=${active ? 0 : -1}
    aria-checked=${chosen} aria-label=${t('select.mark', { name: card.name })} title=${t('select.mark_key')}></button>` : nothing;
}

/** @param {CardView} view @returns {string} classes */
export function looks({ card, active, open, chosen }) {
  return `${active ? 'active' : ''} ${open ? 'open' : ''} ${chosen ? 'chosen' : ''} ${card.state}`;
}

/** @param {CardView} view */
export function cardTemplate(view) {
  const { card, index, chosen, open, inPrompt, picture, by, tools } = view;
  const words = firstTriggers(card);
  return html`<div class="card ${looks(view)}" role="gridcell" id="cell-${index}" data-index=${index}
      aria-selected=${chosen} aria-current=${open} aria-label=${spoken(card, inPrompt)}>
    <div class="pic" data-large style="--hue:${hue(card.name)}" data-initials=${initials(card.name)}>
      ${pictureOf(picture)}
      ${card.base_model ? html`<span class="badge" title=${card.base_model}>${format.badge(card.base_model)}</span>` : nothing}
      ${stateLabel(card)}
      ${mark(view)}
      ${starButton(card)}
      ${tools}
      ${insertButton(inPrompt)}
    </div>
    <div class="name" title=${[card.name, words, t('card.open_key')].filter(Boolean).join('\n')}>${card.name}</div>
    <div class="triggers" title=${words || nothing}>${words || t('card.no_triggers')}</div>
    ${footer(card, by)}
  </div>`;
}

/** A card that is still on its way. */
export const skeleton = html`<div class="card skeleton" role="gridcell" aria-busy="true"><div class="pic"></div></div>`;
