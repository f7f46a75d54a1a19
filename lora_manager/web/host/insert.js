/** Writing into a prompt box of the host, so that the user can take it back and the host hears of it. */

import { focused } from '../core/clipboard.js';

/**
 * @typedef {object} Change Replace what stands from `start` to `end` by `text`.
 * @property {number} start
 * @property {number} end
 * @property {string} text
 */

/** @param {string} a @param {string} b @returns {number} how many characters both begin with */
function sameAtStart(a, b) {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a[n] === b[n]) {
    n += 1;
  }
  return n;
}

/** @param {string} a @param {string} b @returns {number} how many characters both end with */
function sameAtEnd(a, b) {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) {
    n += 1;
  }
  return n;
}

/**
 * The smallest change that makes one text of the other; what could stand in several places stands at the caret.
 * @param {string} before
 * @param {string} after
 * @param {number} caret
 * @returns {Change}
 */
export function difference(before, after, caret) {
  const head = sameAtStart(before, after);
  const tail = sameAtEnd(before, after);
  if (after.length > before.length && head + tail >= before.length) {
    const start = caret >= before.length - tail && caret < head ? caret : head;
    return { start, end: start, text: after.slice(start, start + after.length - before.length) };
  }
  const end = Math.min(tail, Math.min(before.length, after.length) - head);
  return { start: head, end: before.length - end, text: after.slice(head, after.length - end) };
}

/**
 * Where a place in the text is after a change: behind what was put in at it, at the end of what replaced it.
 * @param {number} place
 * @param {Change} change
 */
export function moved(place, { start, end, text }) {
  if (place < start) {
    return place;
  }
  return place >= end ? place + text.length - (end - start) : start + text.length;
}

/**
 * As if typed: the only way that leaves the browser's own undo whole. Works only in a box that is shown.
 * @param {HTMLTextAreaElement} box
 * @param {Change} change
 * @returns {boolean} whether the browser did it
 */
function type(box, { start, end, text }) {
  const before = focused();
  box.focus({ preventScroll: true });
  if (focused() !== box) {
    return false;
  }
  box.setSelectionRange(start, end);
  const done = text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text);
  if (before instanceof HTMLElement && before !== box && before !== document.body) {
    before.focus({ preventScroll: true });
  }
  return done;
}

/**
 * @param {HTMLTextAreaElement} box
 * @param {Change} change
 */
function replace(box, { start, end, text }) {
  box.setRangeText(text, start, end, 'preserve');
  const { updateInput } = /** @type {{updateInput?: (box: HTMLTextAreaElement) => void}} */ (window);
  if (updateInput) {
    updateInput(box); // The host's own way to say that a script changed a box.
  } else {
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/**
 * Make a box hold this text. Only the part that differs is touched.
 * @param {HTMLTextAreaElement} box
 * @param {string} text
 * @param {boolean} [follow] the caret goes behind what is put in; else it stays where it was in the text
 */
export function writeInto(box, text, follow = false) {
  const before = box.value;
  if (before === text) {
    return;
  }
  const change = difference(before, text, box.selectionEnd);
  const behind = change.start + change.text.length;
  const [from, to] = follow ? [behind, behind] : [moved(box.selectionStart, change), moved(box.selectionEnd, change)];
  const shown = box.getClientRects().length > 0;
  if (!(shown && type(box, change)) || box.value !== text) {
    replace(box, difference(box.value, text, box.selectionEnd));
  }
  box.setSelectionRange(from, to);
}
