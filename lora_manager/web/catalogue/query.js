/** What the catalogue is asked for: the search text, the filters and the order. Plain data and functions on it. */

import { readPref } from '../core/prefs.js';
import { isString, t } from '../strings.js';

/**
 * @import {Params} from '../core/api.js'
 * @import {Facets, FacetValue} from '../core/types.js'
 */

/**
 * @typedef {object} Query
 * @property {string} q
 * @property {string[]} include filters as "FIELD:VALUE"
 * @property {string[]} exclude
 * @property {string[]} any fields of which one included value is enough where else all must hold
 * @property {boolean} fits only what fits the loaded model
 * @property {string} sort "" for the default: relevance with words, else name
 *
 * @typedef {object} Filter One filter that is on, as a chip.
 * @property {string} key "FIELD:VALUE"
 * @property {string} label
 * @property {string} text the label with what it is of
 * @property {string} title
 * @property {boolean} out whether it leaves out instead
 * @property {Query} without the query with this filter dropped
 *
 * @typedef {'include'|'exclude'|''} Turn
 */

/** @type {Query} */
export const EVERYTHING = { q: '', include: [], exclude: [], any: [], fits: false, sort: '' };

/** Fields of which an adapter can have several values at once. */
export const SEVERAL = /** @type {readonly string[]} */ (['tag', 'is']);

/** @returns {boolean} whether this browser wants to see only what fits the loaded model */
export function rememberedFits() {
  return readPref('fits', true) === true;
}

/** @param {string} key "FIELD:VALUE" @returns {[string, string]} */
export function fieldAndValue(key) {
  const colon = key.indexOf(':');
  return [key.slice(0, colon), key.slice(colon + 1)];
}

/** @param {string} field @param {string} value @returns {string} what a value is called */
export function labelOf(field, value) {
  const flag = `flag.${value}`;
  return field === 'is' && isString(flag) ? t(flag) : value || t('facet.unknown_base');
}

/** @param {string} field @returns {string} what its values are */
export function nameOfField(field) {
  const name = `facet.${field}`;
  return isString(name) ? t(name) : field;
}

/**
 * Parameters of `GET adapters`, without paging.
 * @param {Query} query
 * @returns {Params}
 */
export function adapterParams(query) {
  return { ...facetParams(query), sort: query.sort || null };
}

/**
 * Parameters of `GET facets` and `GET folders`.
 * @param {Query} query
 */
export function facetParams({ q, include, exclude, any, fits }) {
  const several = SEVERAL.filter((field) => include.some((key) => key.startsWith(`${field}:`)));
  return {
    q: q.trim() || null,
    include,
    exclude,
    all: several.filter((field) => !any.includes(field)),
    any: several.filter((field) => any.includes(field)),
    fits: fits || null,
  };
}

/**
 * @param {string[]} list
 * @param {string} value
 * @returns {string[]} the list with the value put in, or taken out when it was there
 */
export function toggled(list, value) {
  return list.includes(value) ? list.filter((one) => one !== value) : [...list, value];
}

/** @param {Query} query @param {string} key @returns {Turn} */
export function turnOf({ include, exclude }, key) {
  return include.includes(key) ? 'include' : exclude.includes(key) ? 'exclude' : '';
}

/**
 * @param {Query} query
 * @param {string} key
 * @param {Turn} turn
 * @returns {Query} with this filter so
 */
export function turned(query, key, turn) {
  const include = query.include.filter((one) => one !== key);
  const exclude = query.exclude.filter((one) => one !== key);
  return {
    ...query,
    include: turn === 'include' ? [...include, key] : include,
    exclude: turn === 'exclude' ? [...exclude, key] : exclude,
  };
}

/** A click includes, the next one excludes, the third lets be. @param {Query} query @param {string} key */
export function turnedOn(query, key) {
  return turned(query, key, /** @type {const} */ ({ '': 'include', include: 'exclude', exclude: '' })[turnOf(query, key)]);
}

/** @param {Query} query @returns {Filter[]} every filter that is on, the search text not among them */
export function filtersOf(query) {
  /** @param {string} key @param {boolean} out @returns {Filter} */
  const filter = (key, out) => {
    const [field, value] = fieldAndValue(key);
    const label = labelOf(field, value);
    const name = nameOfField(field);
    const title = t(out ? 'chip.drop_out' : 'chip.drop', { field: name, name: label });
    const of = field === 'is' ? t(out ? 'chip.is_not' : 'chip.is', { name: label })
      : t(out ? 'chip.not' : 'chip.of', { field: out ? name.toLowerCase() : name, name: label });
    return { key, label, text: of, title, out, without: turned(query, key, '') };
  };
  return [...query.include.map((key) => filter(key, false)), ...query.exclude.map((key) => filter(key, true))];
}

/** @param {Facets|null} facets @param {string} key "FIELD:VALUE" @returns {number|null} null where it is not told */
export function countOf(facets, key) {
  const [field, value] = fieldAndValue(key);
  if (!facets || field === 'is') {
    return facets?.flags[value] ?? null;
  }
  const lists = /** @type {Record<string, FacetValue[]>} */ ({
    base: facets.base_models, tag: facets.tags, type: facets.types, archetype: facets.archetypes,
    author: facets.authors, folder: facets.folders,
  });
  return lists[field]?.find((one) => one.value === value)?.count ?? null;
}

/** @param {Query} query @returns {boolean} whether anything narrows the list */
export function narrows(query) {
  return query.q.trim() !== '' || filtersOf(query).length > 0;
}

/** @param {Query} query @param {Partial<Query>} [change] @returns {Query} nothing but the change, in the same order */
export function afresh({ sort, fits }, change = {}) {
  return { ...EVERYTHING, sort, fits, ...change };
}

/** @param {Query} one @param {Query} other */
export function sameQuery(one, other) {
  return JSON.stringify(kept(one)) === JSON.stringify(kept(other));
}

/** Whether both find the same, in whatever order. @param {Query} one @param {Query} other */
export function sameSet(one, other) {
  return sameQuery({ ...one, sort: '' }, { ...other, sort: '' });
}

/** All that a query finds, as the server is told of it. @param {Query} query */
export function chosenBy(query) {
  const { q, include, exclude, all, any, fits } = facetParams(query);
  return { q: q ?? '', include, exclude, all, any, fits: fits === true };
}

/** In one order, whatever was made how. @param {Query} query */
function kept({ q, include, exclude, any, fits, sort }) {
  return [q.trim(), [...include].sort(), [...exclude].sort(), [...any].sort(), fits, sort];
}

/**
 * What stands of it in the address. Whether it has to fit is a matter of this browser and its model.
 * @param {Query} query
 */
export function toAddress({ q, include, exclude, any, sort }) {
  const words = q.trim();
  const pairs = [
    ...(words ? [['q', words]] : []),
    ...include.map((key) => ['include', key]),
    ...exclude.map((key) => ['exclude', key]),
    ...any.map((field) => ['any', field]),
    ...(sort ? [['sort', sort]] : []),
  ];
  return new URLSearchParams(pairs).toString().replaceAll('%3A', ':').replaceAll('%2F', '/');
}

/**
 * @param {string} text anything may stand there
 * @param {{sort: string, fits: boolean}} otherwise what holds where it says nothing
 * @returns {Query}
 */
export function fromAddress(text, { sort, fits }) {
  const given = new URLSearchParams(text);
  const keys = (/** @type {string} */ name) => [...new Set(given.getAll(name))].filter((key) => /^[a-z]+:/.test(key));
  const include = keys('include');
  const order = given.get('sort') ?? '';
  return {
    q: given.get('q') ?? '',
    include,
    exclude: keys('exclude').filter((key) => !include.includes(key)),
    any: SEVERAL.filter((field) => given.getAll('any').includes(field)),
    fits,
    sort: /^-?[a-z_]+(:\d{1,9})?$/.test(order) ? order : sort,
  };
}
