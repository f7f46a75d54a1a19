/** Folders as the rows of a tree of which only opened branches are known: each level is asked for when it is opened. */

import { readPref, writePref } from '../core/prefs.js';
import { Store } from '../core/store.js';
import { Latest } from '../core/timing.js';
import { toggled } from './query.js';

/**
 * @import {Api, Params} from '../core/api.js'
 * @import {Folder} from '../core/types.js'
 */

/**
 * @typedef {object} FolderRow
 * @property {string} path
 * @property {string} label last part of the path
 * @property {number} depth
 * @property {number} count
 * @property {boolean} branch whether it has folders in it
 * @property {boolean} open
 */

const MOST_OPEN = 40;

/** @param {string} path @returns {string} the folder around it, "" for the top */
export function parentOf(path) {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** @param {string} path @returns {string[]} the folders around it, outermost first */
export function ancestors(path) {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/**
 * @param {Record<string, Folder[]>} levels the folders in each folder that is known
 * @param {string[]} opened
 * @returns {FolderRow[]} what is to be drawn, in order
 */
export function folderRows(levels, opened) {
  /** @type {FolderRow[]} */
  const rows = [];
  /** @param {string} parent @param {number} depth */
  const add = (parent, depth) => {
    for (const { path, name, count, has_children: branch } of levels[parent] ?? []) {
      const open = branch && opened.includes(path);
      rows.push({ path, label: name, depth, count, branch, open });
      if (open) {
        add(path, depth + 1);
      }
    }
  };
  add('', 0);
  return rows;
}

/**
 * @param {Record<string, Folder[]>} before
 * @param {Record<string, Folder[]>} after
 * @returns {Record<string, Folder[]>} what was there, at its place, counted anew: in some nothing may be found now
 */
function sameFolders(before, after) {
  const again = Object.entries(before).map(([parent, folders]) => [parent, folders.map((folder) => (
    { ...folder, count: after[parent]?.find(({ path }) => path === folder.path)?.count ?? 0 }))]);
  return { ...after, ...Object.fromEntries(again) };
}

/** @extends {Store<{levels: Record<string, Folder[]>, opened: string[]}>} */
export class FolderTree extends Store {
  #latest = new Latest();
  /** @type {Params} */
  #params = {};
  #held = false;
  /** @type {Record<string, Folder[]>|null} what will be shown when nothing is held any more */
  #next = null;

  /** @param {Pick<Api, 'folders'>} api */
  constructor(api) {
    const opened = readPref('folders.open', /** @type {string[]} */ ([]));
    super({ levels: {}, opened: Array.isArray(opened) ? opened.map(String).slice(0, MOST_OPEN) : [] });
    this.api = api;
  }

  get rows() {
    return folderRows(this.state.levels, this.state.opened);
  }

  /** Another question: what is in sight is counted again. @param {Params} params */
  async ask(params) {
    this.#params = params;
    try {
      const levels = await this.#latest.run((signal) => this.#inSight(signal));
      if (levels) {
        const none = levels[''].length === 0; // Then they stay, to be seen.
        const hold = this.#held && this.state.levels[''] !== undefined;
        this.set({ levels: none || hold ? sameFolders(this.state.levels, levels) : levels });
        this.#next = none ? null : levels;
      }
    } catch {
      // The list of cards says what is wrong.
    }
  }

  /** Each folder stays where it is, or no longer. @param {boolean} held */
  hold(held) {
    this.#held = held;
    if (!held && this.#next) {
      this.set({ levels: { ...this.state.levels, ...this.#next } });
      this.#next = null;
    }
  }

  /** @param {AbortSignal} signal */
  async #inSight(signal) {
    /** @type {Record<string, Folder[]>} */
    const levels = {};
    let parents = [''];
    while (parents.length > 0) {
      const found = await Promise.all(parents.map((parent) => this.#level(parent, signal)));
      parents.forEach((parent, index) => {
        levels[parent] = found[index];
      });
      parents = found.flat().filter((folder) => folder.has_children && this.state.opened.includes(folder.path))
        .map(({ path }) => path);
    }
    return levels;
  }

  /** @param {string} parent @param {AbortSignal} [signal] */
  async #level(parent, signal) {
    return (await this.api.folders({ ...this.#params, parent }, signal)).folders;
  }

  /** Open or close a folder, and remember it. @param {string} path */
  async turn(path) {
    const opened = toggled(this.state.opened, path).slice(-MOST_OPEN);
    writePref('folders.open', opened);
    this.set({ opened });
    if (opened.includes(path) && !this.state.levels[path]) {
      try {
        const level = await this.#level(path);
        this.set({ levels: { ...this.state.levels, [path]: level } });
      } catch {
        this.set({ opened: this.state.opened.filter((one) => one !== path) });
      }
    }
  }

  /** The folders around a filter stand open. @param {string} path */
  reveal(path) {
    const missing = ancestors(path).filter((one) => !this.state.opened.includes(one));
    this.set(missing.length > 0 ? { opened: [...this.state.opened, ...missing] } : {});
  }
}
