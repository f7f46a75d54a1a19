/** The menus of the selection's bar: what stands in them, in which order. Plain data. */

/**
 * @typedef {object} Item
 * @property {string} name of what it does
 * @property {string} label name of its sentence
 * @property {boolean} [danger]
 *
 * @typedef {object} Menu
 * @property {'edit'|'files'|'more'} name
 * @property {boolean} [restricted] it touches files: not for everybody
 * @property {boolean} [stars] whether the rating stands in it
 * @property {Item[]} items
 */

/** @param {...string} names @returns {Item[]} */
function items(...names) {
  return names.map((name) => ({ name, label: `bulk.${name}` }));
}

export const MENUS = /** @type {Menu[]} */ ([
  { name: 'edit', stars: true, items: items('base', 'favourite', 'unfavourite', 'nsfw', 'active', 'inactive', 'order', 'reset') },
  { name: 'files', restricted: true, items: items('move', 'rename', 'organise', 'write_back', 'export_sidecars') },
  { name: 'more', items: items('copy_tags', 'csv', 'json', 'reread') },
]);
