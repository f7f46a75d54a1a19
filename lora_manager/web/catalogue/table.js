/** The table: its heading and its rows, which the grid draws where it draws cards otherwise. */

import { spoken } from '../core/card-text.js';
import { hue, initials } from '../ui/placeholder.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { insertButton, looks, mark, pictureOf, starButton, stateLabel } from './card.js';
import { parseSort } from './sorts.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {CardView} from './card.js'
 * @import {Column} from './columns.js'
 * @import {Order} from './sorts.js'
 */

/**
 * @param {Column[]} columns
 * @param {string} sort
 * @param {(order: Order) => void} by
 */
export function heading(columns, sort, by) {
  const now = parseSort(sort);
  /** @param {string} title @param {Order|undefined} order @param {boolean|undefined} right */
  const cell = (title, order, right) => {
    const on = order !== undefined && now.order === order;
    const look = `th ${right ? 'right' : ''} ${on ? 'on' : ''}`;
    return order === undefined
      ? html`<span class=${look} role="columnheader">${title}</span>`
      : html`<span class=${look} role="columnheader" aria-sort=${on ? (now.down ? 'descending' : 'ascending') : 'none'}><button
        title=${t('sort.by', { name: title })} @click=${() => by(order)}>${title}${on ? (now.down ? ' ↓' : ' ↑') : nothing}</button></span>`;
  };
  return html`<div class="head" role="row" aria-rowindex="1">
    <span class="th first" role="columnheader" aria-label=${t('column.picture')}></span>
    ${cell(t('column.name'), 'name', false)}
    ${columns.map(({ title, order, right }) => cell(t(title), order, right))}
    <span class="th" role="columnheader" aria-label=${t('column.insert')}></span>
  </div>`;
}

/**
 * @param {CardView} view
 * @param {Column[]} columns
 * @param {number} top
 */
export function tableRow(view, columns, top) {
  const { card, index, chosen, open, inPrompt, picture, tools } = view;
  return html`<div class="tr ${looks(view)}" role="row" id="cell-${index}" data-index=${index} aria-rowindex=${index + 2}
      aria-selected=${chosen} aria-current=${open} aria-label=${spoken(card, inPrompt)} style="transform:translateY(${top}px)">
    <span class="td first" role="gridcell"><span class="pic" data-large style="--hue:${hue(card.name)}"
      data-initials=${initials(card.name)}>${pictureOf(picture)}${mark(view)}</span></span>
    <span class="td name" role="gridcell" title=${`${card.name}\n${t('card.open_key')}`}><span class="clip">${card.name}</span>${stateLabel(card)}</span>
    ${columns.map((column) => tableCell(column, card))}
    <span class="td last" role="gridcell">${tools}${starButton(card)}${insertButton(inPrompt)}</span>
  </div>`;
}

/** @param {Column} column @param {Card} card */
function tableCell({ id, right, text }, card) {
  const words = text(card);
  return html`<span class="td ${id} ${right ? 'right' : ''}" role="gridcell" title=${words || nothing}>${words}</span>`;
}

/** A row that is still on its way. @param {number} index @param {number} top */
export function skeletonRow(index, top) {
  return html`<div class="tr skeleton" role="row" aria-busy="true" aria-rowindex=${index + 2} style="transform:translateY(${top}px)"></div>`;
}
