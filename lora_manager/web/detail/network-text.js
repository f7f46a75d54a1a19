/** A network's facts in words. */

import { isString, t } from '../strings.js';

/** @import {Network} from '../core/types.js' */

/** @param {Record<string, number>} counts @returns {[string, number][]} the most frequent first */
function byCount(counts) {
  return Object.entries(counts).sort(([, one], [, other]) => other - one);
}

/** @param {Network} network @returns {string} "16", or "4 to 64" */
export function rankText({ rank, rank_max: most, ranks }) {
  const all = Object.keys(ranks).map(Number).filter((one) => one > 0);
  const [low, high] = all.length > 0 ? [Math.min(...all), Math.max(...all)] : [rank ?? 0, most ?? rank ?? 0];
  return low === 0 ? '' : low === high ? String(low) : t('network.ranks', { least: low, most: high });
}

/** How many modules have which rank, where they differ. @param {Network} network */
export function spreadText({ ranks }) {
  const counted = byCount(ranks);
  return counted.length < 2 ? '' : counted.map(([rank, n]) => t('network.modules_of', { n, rank })).join(', ');
}

/** @param {Network} network */
export function modulesText({ modules }) {
  return byCount(modules).map(([part, n]) => {
    const known = `network.in_${part}`;
    return isString(known) ? t(known, { n }) : t('network.in_other', { n, part });
  }).join(', ');
}

/** @param {string|null|undefined} one @param {string|null|undefined} other @returns {boolean} one may be cut short */
export function sameHash(one, other) {
  const [a, b] = [one ?? '', other ?? ''].map((hash) => hash.toLowerCase().replace(/^0x/, ''));
  return a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a));
}
