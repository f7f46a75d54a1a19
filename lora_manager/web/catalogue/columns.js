/** The columns a table can have, and which of them it has in this browser. */

import * as format from '../core/format.js';
import { readPref, writePref } from '../core/prefs.js';
import { firstTriggers } from '../core/card-text.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Order} from './sorts.js'
 * @import {StringName} from '../strings.js'
 */

/**
 * @typedef {object} Column
 * @property {string} id
 * @property {StringName} title
 * @property {string} width as CSS writes a grid's track
 * @property {number} least width in pixels
 * @property {Order} [order] what a click on its heading orders by
 * @property {boolean} [right] numbers stand at the right
 * @property {(card: Card) => string} text
 */

const KEY = 'columns';
/** What is always there, in pixels. */
const NAME = 220;
/** It stays in sight beside what is scrolled: on a telephone it leaves room for that. */
const NARROW = { below: 600, name: 150 };
const FIXED = { picture: 44, last: 116 };

/** @param {string} id @param {number} least @param {(card: Card) => string} text @param {Partial<Column>} [more] */
const column = (id, least, text, more = {}) => (/** @type {Column} */ (
  { id, title: `column.${id}`, width: `${least}px`, least, text, ...more }
));

/** @param {number} least @param {number} share of what is left */
const wide = (least, share) => ({ least, width: `minmax(${least}px, ${share}fr)` });

/** Every column but the picture and the name, which are always there, in the order they stand. */
export const COLUMNS = [
  column('base', 104, (card) => card.base_model),
  column('type', 84, (card) => card.algorithm ?? ''),
  column('rank', 64, ({ rank }) => (rank ? String(rank) : ''), { order: 'rank', right: true }),
  column('words', 140, firstTriggers, wide(140, 2)),
  column('weight', 68, (card) => format.weight(card.weight), { right: true }),
  column('size', 84, (card) => format.bytes(card.size), { order: 'size', right: true }),
  column('uses', 64, ({ uses }) => (uses > 0 ? format.count(uses) : ''), { order: 'uses', right: true }),
  column('last_used', 96, (card) => format.ago(card.last_used_at), { order: 'last_used' }),
  column('rating', 76, ({ rating }) => '★'.repeat(rating ?? 0), { order: 'rating' }),
  column('downloads', 96, ({ downloads }) => (downloads ? format.count(downloads) : ''), { order: 'downloads', right: true }),
  column('modified', 100, (card) => format.date(card.modified_at), { order: 'modified' }),
  column('added', 100, (card) => format.date(card.added_at), { order: 'added' }),
  column('published', 100, (card) => format.date(card.published_at), { order: 'published' }),
  column('author', 110, (card) => card.author),
  column('folder', 120, (card) => card.folder, wide(120, 1)),
  column('file', 160, (card) => card.file_name, wide(160, 1)),
];

const AT_FIRST = ['base', 'words', 'weight', 'size', 'uses', 'rating', 'added'];

/** @returns {string[]} ids of the columns chosen, in the order they stand */
export function rememberedColumns() {
  const chosen = readPref(KEY, AT_FIRST);
  return Array.isArray(chosen) ? inOrder(chosen) : AT_FIRST;
}

/** @param {string[]} chosen */
export function rememberColumns(chosen) {
  writePref(KEY, chosen);
}

export function columnsAtFirst() {
  return AT_FIRST;
}

/** @param {string[]} chosen @param {string} id @returns {string[]} with that column, or without it */
export function withColumn(chosen, id) {
  return inOrder(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
}

/** @param {unknown[]} chosen */
function inOrder(chosen) {
  return COLUMNS.map(({ id }) => id).filter((id) => chosen.includes(id));
}

/** @param {string[]} chosen @returns {Column[]} */
export function columnsOf(chosen) {
  return COLUMNS.filter(({ id }) => chosen.includes(id));
}

/** @param {Order} order @returns {Column|null} what a card says instead of its weight; its uses it says anyway */
export function toldBy(order) {
  return COLUMNS.find((one) => one.order === order && order !== 'uses') ?? null;
}

/** @param {number} width of the table in sight */
function nameWidth(width) {
  return width < NARROW.below ? NARROW.name : NAME;
}

/** @param {Column[]} columns @param {number} width in sight @returns {string} a row's tracks, as CSS writes them */
export function tracks(columns, width) {
  const { picture, last } = FIXED;
  return `${picture}px minmax(${nameWidth(width)}px, 3fr) ${columns.map((one) => one.width).join(' ')} ${last}px`;
}

/** @param {Column[]} columns @param {number} width in sight @returns {number} pixels that the columns need */
export function leastWidth(columns, width) {
  const { picture, last } = FIXED;
  return picture + nameWidth(width) + last + columns.reduce((sum, { least }) => sum + least, 0);
}
