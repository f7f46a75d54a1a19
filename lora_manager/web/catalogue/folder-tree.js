/** Folders as the rows of a tree of which only opened branches are shown. */

/** @import {FacetValue} from '../core/types.js' */

/**
 * @typedef {object} FolderRow
 * @property {string} path
 * @property {string} label last part of the path
 * @property {number} depth
 * @property {number} count
 * @property {boolean} branch whether it has folders in it
 * @property {boolean} open
 */

/** @param {string} path */
function parentOf(path) {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? null : path.slice(0, cut);
}

/** @param {string} path @returns {string[]} the folders around it, outermost first */
export function ancestors(path) {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * @param {FacetValue[]} folders every folder with its count; parents of a folder may be missing
 * @param {ReadonlySet<string>} opened
 * @returns {FolderRow[]} what is to be drawn, in order
 */
export function folderRows(folders, opened) {
  const named = folders.filter(({ value }) => value !== ''); // "" counts everything: as a filter it says nothing.
  const counts = new Map(named.map(({ value, count }) => [value, count]));
  for (const { value } of named) {
    for (const around of ancestors(value)) {
      counts.set(around, counts.get(around) ?? 0);
    }
  }
  /** @type {Map<string|null, string[]>} */
  const children = new Map();
  for (const path of [...counts.keys()].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))) {
    const parent = parentOf(path);
    children.set(parent, [...(children.get(parent) ?? []), path]);
  }
  /** @type {FolderRow[]} */
  const rows = [];
  /** @param {string|null} parent @param {number} depth */
  const add = (parent, depth) => {
    for (const path of children.get(parent) ?? []) {
      const branch = children.has(path);
      const open = branch && opened.has(path);
      const label = path.slice(path.lastIndexOf('/') + 1);
      rows.push({ path, label, depth, count: counts.get(path) ?? 0, branch, open });
      if (open) {
        add(path, depth + 1);
      }
    }
  };
  add(null, 0);
  return rows;
}

/**
 * @param {FacetValue[]} folders
 * @param {string} words parts of a path, in any order
 * @returns {FolderRow[]} the folders that have them all, by their whole paths
 */
export function foundFolders(folders, words) {
  const parts = words.toLowerCase().split(/\s+/);
  return folders
    .filter(({ value }) => value !== '' && parts.every((part) => value.toLowerCase().includes(part)))
    .map(({ value, count }) => ({ path: value, label: value, depth: 0, count, branch: false, open: false }));
}
