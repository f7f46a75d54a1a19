/** Civitai's content levels: bits, for a model has pictures of several. */

import { t } from '../strings.js';
import '../strings/changes.js';

/** Those that one can choose, the mildest first; 32 is what the site itself took down. */
export const LEVELS = /** @type {const} */ ([1, 2, 4, 8, 16]);
const ALL = /** @type {const} */ ([1, 2, 4, 8, 16, 32]);

/** Records of 2023 say it in words. */
const WRITTEN = /** @type {Record<string, number>} */ ({ none: 1, soft: 2, mature: 4, x: 8 });

/** @param {number|string|null|undefined} value @returns {number} the bits, 0 where nothing is known */
export function levelBits(value) {
  const bits = typeof value === 'string' ? (WRITTEN[value.toLowerCase()] ?? Number(value)) : (value ?? 0);
  return Number.isInteger(bits) && bits > 0 ? bits & 63 : 0;
}

/** @param {number|string|null|undefined} value @returns {string} "PG, R"; "" where nothing is known */
export function levelText(value) {
  const bits = levelBits(value);
  return ALL.filter((bit) => bits & bit).map((bit) => t(`level.${bit}`)).join(', ');
}

/** @param {number|string|null|undefined} value @param {number} bit @returns {number|null} null: nothing is known */
export function turnedLevel(value, bit) {
  return (levelBits(value) ^ bit) || null;
}
