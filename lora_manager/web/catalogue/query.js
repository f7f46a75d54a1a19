/** What the catalogue is asked for: the search text, the filters and the order. Plain data and functions on it. */

import { readPref } from '../core/prefs.js';
import { t } from '../strings.js';

/** @import {Params} from '../core/api.js' */

/**
 * @typedef {object} Query
 * @property {string} q
 * @property {string[]} bases
 * @property {string[]} tags
 * @property {string|null} folder null for all
 * @property {boolean} favourite
 * @property {''|'missing'|'incomplete'} state
 * @property {string} sort "" for the default: relevance with words, else name
 *
 * @typedef {object} Filter One filter that is on, as a chip.
 * @property {string} key
 * @property {string} label
 * @property {Query} without the query with this filter dropped
 */

/** @type {Query} */
export const EVERYTHING = { q: '', bases: [], tags: [], folder: null, favourite: false, state: '', sort: '' };

/** Orders offered, the default ("") first. */
export const SORTS = /** @type {const} */ ([
  '', 'name', '-name', '-added', 'added', '-modified', '-size', 'size', '-uses', '-last_used',
]);

/** @returns {string} the order chosen last in this browser */
export function rememberedSort() {
  const sort = readPref('sort', '');
  return /** @type {readonly string[]} */ (SORTS).includes(sort) ? sort : '';
}

/**
 * Parameters of `GET adapters`, without paging.
 * @param {Query} query
 * @returns {Params}
 */
export function adapterParams(query) {
  return { ...facetParams(query), state: query.state || null, sort: query.sort || null };
}

/**
 * Parameters of `GET facets`.
 * @param {Query} query
 * @returns {Params}
 */
export function facetParams({ q, bases, tags, folder, favourite }) {
  return { q: q.trim() || null, base: bases, tag: tags, folder, favourite: favourite || null };
}

/**
 * @param {string[]} list
 * @param {string} value
 * @returns {string[]} the list with the value put in, or taken out when it was there
 */
export function toggled(list, value) {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

/**
 * @param {Query} query
 * @returns {Filter[]} every filter that is on, the search text not among them
 */
export function filtersOf(query) {
  /** @type {Filter[]} */
  const filters = [
    ...query.bases.map((value) => ({
      key: `base:${value}`,
      label: value || t('facet.unknown_base'),
      without: { ...query, bases: toggled(query.bases, value) },
    })),
    ...query.tags.map((value) => ({
      key: `tag:${value}`, label: value, without: { ...query, tags: toggled(query.tags, value) },
    })),
  ];
  if (query.folder !== null) {
    filters.push({ key: 'folder', label: query.folder, without: { ...query, folder: null } });
  }
  if (query.favourite) {
    filters.push({ key: 'favourite', label: t('facet.favourites'), without: { ...query, favourite: false } });
  }
  if (query.state) {
    filters.push({ key: 'state', label: t(`facet.${query.state}`), without: { ...query, state: '' } });
  }
  return filters;
}

/** @param {Query} query @returns {boolean} whether anything narrows the list */
export function narrows(query) {
  return query.q.trim() !== '' || filtersOf(query).length > 0;
}

/** @param {Query} one @param {Query} other */
export function sameQuery(one, other) {
  return JSON.stringify({ ...one, q: one.q.trim() }) === JSON.stringify({ ...other, q: other.q.trim() });
}
