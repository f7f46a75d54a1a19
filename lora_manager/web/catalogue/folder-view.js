/** The folder tree as it is drawn, and as the keys go through it. */

import * as format from '../core/format.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { html, nothing, repeat } from '../vendor/lit.js';
import { parentOf } from './folder-tree.js';
import { turnOf } from './query.js';

/**
 * @import {FolderRow, FolderTree} from './folder-tree.js'
 * @import {Query, Turn} from './query.js'
 */

/** Rows drawn at most: a library may have thousands of folders; the search finds the others. */
const MOST = 120;

/** @param {Element} tree @param {number} index */
function focusRow(tree, index) {
  /** @type {HTMLElement|undefined} */ (tree.querySelectorAll('.folder')[index])?.focus();
}

/**
 * What a key does in the tree.
 * @param {FolderTree} folders
 * @param {FolderRow[]} rows
 * @param {KeyboardEvent} event
 * @param {(key: string, out: boolean) => void} turn
 */
function onKey(folders, rows, event, turn) {
  const tree = /** @type {Element} */ (event.currentTarget);
  const row = /** @type {Element} */ (event.target).closest('.folder');
  const at = [...tree.querySelectorAll('.folder')].findIndex((one) => one === row);
  if (at < 0) {
    return;
  }
  const { path, branch, open } = rows[at];
  const keys = /** @type {Record<string, () => unknown>} */ ({
    ArrowDown: () => focusRow(tree, Math.min(at + 1, rows.length - 1)),
    ArrowUp: () => focusRow(tree, Math.max(at - 1, 0)),
    Home: () => focusRow(tree, 0),
    End: () => focusRow(tree, rows.length - 1),
    ArrowRight: () => branch && (open ? focusRow(tree, at + 1) : folders.turn(path)),
    ArrowLeft: () => (open ? folders.turn(path) : focusRow(tree, rows.findIndex((one) => one.path === parentOf(path)))),
    Enter: () => turn(`folder:${path}`, false),
    ' ': () => turn(`folder:${path}`, false),
    '-': () => turn(`folder:${path}`, true),
    Delete: () => turn(`folder:${path}`, true),
  });
  if (keys[event.key]) {
    event.preventDefault();
    keys[event.key]();
  }
}

/**
 * @param {FolderTree} folders
 * @param {Query} query
 * @param {(key: string, out: boolean) => void} turn
 */
export function folderTree(folders, query, turn) {
  const all = folders.rows;
  const rows = all.slice(0, MOST);
  const deep = all.some(({ branch }) => branch);
  const chosen = rows.findIndex(({ path }) => turnOf(query, `folder:${path}`) !== '');
  return html`<div role="tree" aria-label=${t('facet.folder')}
      @keydown=${(/** @type {KeyboardEvent} */ event) => onKey(folders, rows, event, turn)}>
    ${repeat(rows, ({ path }) => path, (row, index) => folderRow(row, {
      folders, deep, turn, state: turnOf(query, `folder:${row.path}`), reachable: index === Math.max(0, chosen),
    }))}</div>
    ${all.length > rows.length ? html`<p class="note">${t('facet.more', { n: all.length - rows.length })}</p>` : nothing}`;
}

/**
 * @param {FolderRow} row
 * @param {{folders: FolderTree, deep: boolean, turn: (key: string, out: boolean) => void, state: Turn,
 *   reachable: boolean}} how
 */
function folderRow({ path, label, depth, count, branch, open }, { folders, deep, turn, state, reachable }) {
  const key = `folder:${path}`;
  const named = t(`turn.${state || 'off'}`, { name: path, n: count });
  return html`<div class="folder" role="treeitem" style="--depth:${depth}" tabindex=${reachable ? 0 : -1}
      aria-level=${depth + 1} aria-expanded=${branch ? open : nothing} aria-selected=${state !== ''}
      aria-label=${state === 'exclude' ? named : nothing}>
    ${branch ? html`<span class="twist ${open ? 'open' : ''}" title=${t('facet.open_folder', { name: label })}
      @click=${() => folders.turn(path)}>${icons.chevron}</span>` : deep ? html`<span class="twist"></span>` : nothing}
    <span class="line ${state} ${count === 0 ? 'none' : ''}" title=${named}
      @click=${(/** @type {MouseEvent} */ event) => turn(key, event.altKey)}
      @contextmenu=${(/** @type {Event} */ event) => {
        event.preventDefault();
        turn(key, true);
      }}>${state === 'exclude' ? icons.minus : nothing}<span class="grow clip">${label}</span>
      ${state === 'exclude' ? nothing : html`<span class="n">${format.count(count)}</span>`}</span>
  </div>`;
}
