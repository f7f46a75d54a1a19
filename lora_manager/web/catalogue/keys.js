/** The keys of the catalogue, for its help. */

/** @import {StringName} from '../strings.js' */

/** Each with what it does: in the grid and the table, and as far as that goes anywhere in the tab. */
export const KEYS = /** @type {[string, StringName][]} */ ([
  ['/', 'keys.search'],
  ['← ↑ → ↓', 'keys.move'],
  ['Enter', 'keys.insert'],
  ['Space', 'keys.open'],
  ['F', 'keys.favourite'],
  ['V', 'keys.large'],
  ['C', 'keys.tag'],
  ['W', 'keys.words'],
  ['O', 'keys.folder'],
  ['P', 'keys.page'],
  ['S', 'keys.select'],
  ['Shift+↓', 'keys.more'],
  ['Ctrl+A', 'keys.all'],
  ['T', 'keys.tags'],
  ['Del', 'keys.delete'],
  ['Esc', 'keys.close'],
  ['?', 'keys.help'],
]);
