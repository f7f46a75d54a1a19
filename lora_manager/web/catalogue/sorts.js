/** The orders a list can have. As the server writes them: "name", "-size", "random:4711", "" for relevance. */

import { readPref, writePref } from '../core/prefs.js';

export const ORDERS = /** @type {const} */ ([
  'relevance', 'name', 'modified', 'added', 'published', 'size', 'uses', 'last_used', 'rating', 'downloads', 'rank',
  'order', 'random',
]);

/** @typedef {typeof ORDERS[number]} Order */

/** @typedef {{order: Order, down: boolean, seed: number}} Sort */

/** Orders that begin with the smallest unless they are turned; the others with the largest or newest. */
const UPWARDS = ['relevance', 'name', 'order', 'random'];
const KEY = 'sort';
const MOST_SEED = 999_999_999;

/** @param {string} text @returns {Sort} what is not known is relevance */
export function parseSort(text) {
  const [, minus, name, seed] = /^(-?)([a-z_]*)(?::(\d{1,9}))?$/.exec(text) ?? [];
  const order = ORDERS.find((one) => one === name) ?? 'relevance';
  return { order, down: minus === '-' && hasDirection(order), seed: order === 'random' ? Number(seed ?? 1) : 0 };
}

/**
 * Without words nothing is more relevant than anything else: the server then orders by name.
 * @param {{sort: string, q: string}} query
 * @returns {string} the order that the list has
 */
export function sortOf({ sort, q }) {
  return sort || (q.trim() ? '' : 'name');
}

/** @param {Order} order */
export function hasDirection(order) {
  return order !== 'relevance' && order !== 'random';
}

/** @param {Sort} sort @returns {string} */
function written({ order, down, seed }) {
  if (order === 'relevance') {
    return '';
  }
  return order === 'random' ? `random:${seed}` : `${down ? '-' : ''}${order}`;
}

/** @param {Order} order @param {number} [seed] @returns {string} that order, in the direction which is mostly meant */
export function sortBy(order, seed = newSeed()) {
  return written({ order, down: !UPWARDS.includes(order), seed });
}

/** @param {string} text @returns {string} the same order, turned round */
export function turnedRound(text) {
  const sort = parseSort(text);
  return written({ ...sort, down: hasDirection(sort.order) && !sort.down });
}

/** A click on a table's heading: that order, or turned round where it is the order already. */
export function sortByHeading(/** @type {string} */ text, /** @type {Order} */ order) {
  return parseSort(text).order === order ? turnedRound(text) : sortBy(order);
}

/** @returns {number} */
export function newSeed() {
  return 1 + Math.floor(Math.random() * MOST_SEED);
}

/** @returns {string} the order chosen last in this browser */
export function rememberedSort() {
  const sort = readPref(KEY, '');
  return typeof sort === 'string' ? written(parseSort(sort)) : '';
}

/** @param {string} sort */
export function rememberSort(sort) {
  writePref(KEY, sort);
}
