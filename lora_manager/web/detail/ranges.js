/** The range of weights that a LoRA works with, as text. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import '../strings/detail.js';

/** @typedef {{low: number|null, high: number|null}} Range */

const MOST = 100;
const NUMBER = /[-−–]?\d*[.,]?\d+/g;

/** @param {Range} range @returns {string} "0.6 to 0.9", "" for none */
export function rangeText({ low, high }) {
  if (low === null && high === null) {
    return '';
  }
  return low === null ? t('edit.range_to', { high: format.weight(high) })
    : high === null ? t('edit.range_from', { low: format.weight(low) })
      : t('edit.range_text', { low: format.weight(low), high: format.weight(high) });
}

/**
 * @param {string} text "0.6 to 0.9", "0,6-0,9", ".6 – .9"; nothing is no range
 * @returns {Range|null} null: no range that one could read
 */
export function readRange(text) {
  if (text.trim() === '') {
    return { low: null, high: null };
  }
  // A dash between two numbers parts them: it is no sign of the second.
  const parted = text.replace(/(\d)\s*[-−–]\s*(?=[-−–]?[\d.,])/g, '$1 to ');
  const numbers = (parted.match(NUMBER) ?? []).map((one) => format.readNumber(one));
  const [low, high = low] = numbers;
  const fits = (/** @type {number|null} */ one) => one !== null && Math.abs(one) <= MOST;
  if (numbers.length === 0 || numbers.length > 2 || low === null || high === null || !fits(low) || !fits(high)) {
    return null;
  }
  return { low: Math.min(low, high), high: Math.max(low, high) };
}
