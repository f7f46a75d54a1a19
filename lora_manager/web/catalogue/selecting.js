/** Selecting with the mouse and the keys, as everywhere: Ctrl, Shift, Ctrl+A, and S for the one the keyboard is at. */

import { sentence } from '../core/actions.js';
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

/** Keys that do something with all that is selected. */
const WISHES = /** @type {Record<string, string>} */ ({ Delete: 'delete', t: 'tags' });

/**
 * A click selects with Ctrl or Shift, on the mark of a card, or when one is selecting anyway.
 * @param {Pick<MouseEvent, 'ctrlKey'|'metaKey'|'shiftKey'|'preventDefault'> & {target?: EventTarget|null}} event
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
  } else if (event.ctrlKey || event.metaKey || selection.state.mode || isMark(event)) {
    void selectOne(results, selection, card, index);
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
    void selectAll(results, selection);
  } else if (activeCard && isOne(event)) {
    void selectOne(results, selection, activeCard, list.active);
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

/**
 * Anywhere in the tab: all is selected, or something is done with it.
 * @param {KeyboardEvent} event
 * @param {Results} results
 * @param {Selection} selection
 */
export function tabKey(event, results, selection) {
  if (!isAll(event)) {
    wishKey(event, selection);
  } else if (results.cards.current) {
    event.preventDefault();
    void selectAll(results, selection);
  }
}

/**
 * Anywhere in the tab, while something is selected.
 * @param {KeyboardEvent} event
 * @param {Selection} selection
 * @returns {boolean} whether it was a key that does something with all of it
 */
export function wishKey(event, selection) {
  const what = selection.size > 0 && !event.ctrlKey && !event.metaKey && !event.altKey ? WISHES[event.key] : undefined;
  if (what) {
    event.preventDefault();
    selection.wish(what);
  }
  return what !== undefined;
}

/** Whether it is about the mark of a card that tells that it is selected. @param {{target?: EventTarget|null}} event */
function isMark({ target }) {
  return Boolean(/** @type {Element|null|undefined} */ (target)?.closest?.('[data-do=select]'));
}

/** Whether the key is the mark's own. @param {KeyboardEvent} event */
export function isMarkKey(event) {
  return isMark(event) && (event.key === ' ' || event.key === 'Enter');
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

/**
 * All that the list shows: a few one by one, so that they stay whatever is done with them; many as what they match.
 * @param {Results} results
 * @param {Selection} selection
 */
export async function selectAll(results, selection) {
  const { total } = results.cards;
  if (total !== null && total > MOST) {
    selection.takeAll(results.held, total);
  } else if (total) {
    await selectStretch(results, selection, 0, total - 1);
  }
}

/** @param {Results} results @param {Selection} selection @param {Card} card @param {number} index */
async function selectOne(results, selection, card, index) {
  if (selection.elsewhere) {
    selection.anchor = index;
    await reading(results, selection, async (tell) => {
      const before = await spelled(results, selection, tell);
      return () => {
        before();
        selection.add([card]); // It stood there as one that is not selected.
      };
    });
  } else {
    selection.toggle(card, index);
  }
}

/**
 * @param {Results} results
 * @param {Selection} selection
 * @param {number} from
 * @param {number} to
 */
async function selectStretch(results, selection, from, to) {
  selection.anchor = from;
  await reading(results, selection, async (tell) => {
    const before = selection.elsewhere ? await spelled(results, selection, tell) : () => {};
    const cards = await stretch(results, results.held, Math.min(from, to), Math.max(from, to), tell);
    return () => {
      before();
      selection.add(cards);
    };
  });
}

/**
 * What is added to all of another search can only be added to its LoRAs one by one.
 * @param {Results} results
 * @param {Selection} selection
 * @param {(done: number) => void} tell
 * @returns {Promise<() => void>} makes it so
 */
async function spelled(results, selection, tell) {
  const { all } = selection;
  if (!all) {
    return () => {};
  }
  const cards = await stretch(results, all.query, 0, all.total - 1, tell);
  return () => selection.spell(cards.filter(({ id }) => !all.except.has(id)));
}

/**
 * Ask for what is to be selected, and then select it, unless the user let go of all meanwhile.
 * @param {Results} results
 * @param {Selection} selection
 * @param {(tell: (done: number) => void) => Promise<() => void>} ask
 */
async function reading({ session }, selection, ask) {
  const { rounds } = selection;
  const isWanted = () => selection.rounds === rounds;
  try {
    const select = await ask((n) => selection.set(isWanted() ? { reading: n } : {}));
    if (isWanted()) {
      select();
    }
  } catch (error) {
    session.toasts.show(sentence(error), { kind: 'error' });
  } finally {
    selection.set({ reading: null });
  }
}
