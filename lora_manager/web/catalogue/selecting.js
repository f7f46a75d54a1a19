/** Selecting with the mouse and the keys, as everywhere: Ctrl, Shift, Ctrl+A, and S for the one the keyboard is at. */

import { sentence } from '../core/actions.js';
import { t } from '../strings.js';
import { MOST, stretch } from './selection.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Results} from './results.js'
 * @import {Selection} from './selection.js'
 */

/**
 * As much of the list as the keys need.
 * @typedef {object} Listed
 * @property {number} active
 * @property {number} total
 * @property {Card|undefined} activeCard
 * @property {(key: string) => number|null} stepTo
 * @property {(index: number) => void} move
 */

/**
 * A click selects with Ctrl or Shift, or when one is selecting anyway.
 * @param {Pick<MouseEvent, 'ctrlKey'|'metaKey'|'shiftKey'|'preventDefault'>} event
 * @param {number} index
 * @param {Card} card
 * @param {Results} results
 * @param {Selection} selection
 * @returns {boolean} whether it was one that selects
 */
export function selectTo(event, index, card, results, selection) {
  if (event.shiftKey) {
    globalThis.getSelection?.()?.removeAllRanges(); // The browser selects text meanwhile.
    void selectStretch(results, selection, selection.anchor < 0 ? index : selection.anchor, index);
  } else if (event.ctrlKey || event.metaKey || selection.state.mode) {
    selection.toggle(card, index);
  } else {
    return false;
  }
  return true;
}

/**
 * @param {KeyboardEvent} event
 * @param {Listed} list
 * @param {Results} results
 * @param {Selection} selection
 * @returns {boolean} whether it was a key that selects
 */
export function selectionKey(event, list, results, selection) {
  const { activeCard } = list;
  const target = event.shiftKey && !isCtrl(event) ? list.stepTo(event.key) : null;
  if (isAll(event)) {
    void selectAll(list.total, results, selection);
  } else if (activeCard && isOne(event)) {
    selection.toggle(activeCard, list.active);
  } else if (target !== null) {
    const from = selection.anchor < 0 ? Math.max(0, list.active) : selection.anchor;
    list.move(target);
    void selectStretch(results, selection, from, target);
  } else {
    return false;
  }
  event.preventDefault();
  return true;
}

/** @param {KeyboardEvent} event */
function isCtrl({ ctrlKey, metaKey, altKey }) {
  return (ctrlKey || metaKey) && !altKey;
}

/** @param {KeyboardEvent} event */
function isAll(event) {
  return isCtrl(event) && !event.shiftKey && event.key.toLowerCase() === 'a';
}

/** @param {KeyboardEvent} event */
function isOne(event) {
  return isCtrl(event) ? event.key === ' ' : event.key === 's' && !event.altKey;
}

/** @param {number} total @param {Results} results @param {Selection} selection */
async function selectAll(total, results, selection) {
  if (total > 0) {
    await selectStretch(results, selection, 0, total - 1);
  }
}

/**
 * Several together, as far as a prompt may take them.
 * @param {Results} results
 * @param {Selection} selection
 * @param {number} from
 * @param {number} to
 */
async function selectStretch(results, selection, from, to) {
  selection.anchor = from;
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  try {
    const cards = await stretch(results, first, last);
    const all = selection.add(cards) && last - first < MOST;
    if (!all) {
      results.session.toasts.show(t('select.first', { n: selection.size, total: last - first + 1 }), { about: 'select' });
    }
  } catch (error) {
    results.session.toasts.show(sentence(error), { kind: 'error' });
  }
}
