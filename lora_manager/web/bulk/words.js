/** What is said of many: of a selection, of what was done with it, of a dry run. Plain functions. */

import { filtersOf } from '../catalogue/query.js';
import { t } from '../strings.js';
import '../strings/bulk.js';

/**
 * @import {Query} from '../catalogue/query.js'
 * @import {BulkPreview} from '../core/types-changes.js'
 */

const LONGEST = 40;

/** @param {string} text */
function short(text) {
  const letters = [...text];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : text;
}

/** @param {Query} query @returns {string} “anime”, Tag: style */
export function searchName(query) {
  const words = query.q.trim();
  const parts = [...(words ? [`“${short(words)}”`] : []), ...filtersOf(query).map(({ text }) => short(text))];
  return parts.length > 0 ? parts.join(', ') : t('bulk.everything');
}

/**
 * @param {Pick<BulkPreview, 'total'|'problems'|'unchanged'>} preview
 * @param {boolean} [deletes] then none stays as it is
 */
export function countsOf({ total, problems, unchanged: same }, deletes = false) {
  const unchanged = deletes ? 0 : same;
  return { moved: Math.max(0, total - problems - unchanged), unchanged, problems };
}

/**
 * Tags as they are typed: several with commas between them, each once.
 * @param {string} text
 * @returns {string[]}
 */
export function tagsIn(text) {
  const tags = text.split(/[,;\n]/).map((tag) => tag.trim().replaceAll(/\s+/g, ' ')).filter(Boolean);
  return tags.filter((tag, index) => tags.findIndex((one) => one.toLowerCase() === tag.toLowerCase()) === index);
}

/**
 * @param {string[]} names some of them
 * @param {number} n how many there are
 * @returns {string} "Amber, Moth and 68 more."
 */
export function whichText(names, n) {
  if (names.length === 0) {
    return '';
  }
  const said = { names: names.map(short).join(', '), n: n - names.length };
  return t(said.n > 0 ? 'delete.which_more' : 'delete.which', said);
}

/** @param {BulkPreview['items']} items @returns {number} how many get another file name, not only another folder */
export function renamedOf(items) {
  const nameOf = (/** @type {string} */ path) => path.split(/[/\\]/).at(-1);
  return items.filter(({ from, to, problem }) => problem === '' && to !== '' && nameOf(from) !== nameOf(to)).length;
}

/** @param {string[]} tags @param {string[]} more @returns {string[]} both, each once */
export function withTags(tags, more) {
  return tagsIn([...tags, ...more].join(','));
}

/**
 * What a change of tags is called once it is done.
 * @param {{add?: string[], remove?: string[], replace?: string[]}} params
 * @returns {'done.tagged'|'done.untagged'|'done.retagged'|'done.tags_replaced'}
 */
export function tagDeed({ add = [], remove = [], replace }) {
  if (replace) {
    return 'done.tags_replaced';
  }
  return remove.length === 0 ? 'done.tagged' : add.length === 0 ? 'done.untagged' : 'done.retagged';
}
