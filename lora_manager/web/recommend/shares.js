/** The parts of a score in words, and the weight that is suggested. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import '../strings/recommend.js';

/** @import {SuggestedWeight, Why} from '../core/types-recommend.js' */

/** Less than half a percent is not worth a line. */
const LEAST = 0.005;

/**
 * @param {Why[]} why
 * @returns {{label: string, text: string, share: number, percent: number}[]} the largest first
 */
export function sharesOf(why) {
  return why.filter(({ share }) => share >= LEAST)
    .sort((a, b) => b.share - a.share)
    .map(({ kind, text, share }) => ({ label: t(`why.${kind}`), text, share, percent: Math.round(100 * share) }));
}

/** @param {SuggestedWeight} suggested @returns {string} "0.6–0.8", or "0.7" where no range is known */
export function rangeText({ weight, low, high }) {
  return low !== null && high !== null && low < high
    ? `${format.weight(low)}–${format.weight(high)}` : format.weight(weight);
}

/** @param {SuggestedWeight} suggested @returns {string} "" where nothing is known */
export function weightText(suggested) {
  const { source } = suggested;
  return source === 'default' ? '' : t('recommend.weight', { range: rangeText(suggested), source: t(`recommend.source_${source}`) });
}
