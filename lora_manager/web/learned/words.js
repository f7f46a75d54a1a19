/** What was learned, in words. */

import * as format from '../core/format.js';
import { isString, t } from '../strings.js';
import '../strings/learned.js';

/** @import {Evidence, Preference} from '../core/types-recommend.js' */

/** How far from the middle is a clear word, and how far still a word. */
const CLEAR = 0.2;
const SOME = 0.07;

/** Whether it may as well be the other way round. @param {Preference} preference */
export function isUnsure({ unsure, pinned }) {
  return pinned === null && unsure;
}

/** @param {Preference} preference @returns {string} "You rather like it" */
export function verdict(preference) {
  const { mean, pinned } = preference;
  if (pinned !== null) {
    return t(pinned > 0 ? 'learned.pinned_up' : 'learned.pinned_down');
  }
  if (isUnsure(preference)) {
    return t('learned.unsure');
  }
  const away = Math.abs(mean - 0.5);
  if (away < SOME) {
    return t('learned.even');
  }
  const side = mean > 0.5 ? 'likes' : 'dislikes';
  return t(away < CLEAR ? `learned.rather_${side}` : `learned.${side}`);
}

/** @param {Preference} preference @returns {''|'up'|'down'} which way it leads */
export function lean(preference) {
  const { mean, pinned } = preference;
  const to = isUnsure(preference) ? 0 : (pinned ?? mean - 0.5);
  return Math.abs(to) < SOME ? '' : to > 0 ? 'up' : 'down';
}

/** @param {Preference} preference @returns {string} "12 signs, the last 2 d ago" */
export function grounds({ evidence: n, updated_at: at }) {
  const ago = format.ago(at);
  const last = ago && (n > 1 ? t('learned.changed', { ago }) : ago);
  return [t('learned.evidence', { n }), last].filter(Boolean).join(', ');
}

/** @param {number} share 0 to 1 */
function hundredth(share) {
  return Math.round(100 * share);
}

/** @param {Preference} preference @returns {string} for who does not see the bar */
export function rangeText({ mean, low, high }) {
  return t('learned.range', { mean: hundredth(mean), low: hundredth(low), high: hundredth(high) });
}

/** @param {Evidence} evidence @returns {string} "Picture rated, 4 stars" */
export function eventText({ kind, value }) {
  const name = `learned.event_${kind}`;
  const said = t(isString(name) ? name : 'learned.event_other');
  return kind.endsWith('rated') && typeof value === 'number' && value > 0 ? `${said}, ${t('learned.stars', { n: value })}` : said;
}
