/** What is against a name for a file, as far as the page can tell while it is typed; the server says the rest. */

import { t } from '../strings.js';
import '../strings/detail.js';

/**
 * @import {Api} from '../core/api.js'
 * @import {Card} from '../core/types.js'
 */

const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const MOST = 20;

/** @param {string} path */
export function parted(path) {
  const slash = path.lastIndexOf('/') + 1;
  const dot = path.lastIndexOf('.');
  const end = dot > slash ? dot : path.length;
  return { folder: path.slice(0, slash), stem: path.slice(slash, end), extension: path.slice(end) };
}

/** @param {string} stem @returns {string} why it will be refused, "" where nothing is seen against it */
export function wrongName(stem) {
  const letter = /[/\\]/.exec(stem)?.[0];
  return letter ? t('files.wrong_slash', { letter })
    : RESERVED.test(stem) ? t('files.wrong_reserved', { name: stem }) : '';
}

/**
 * The others of that name, in whatever folder: by a name alone only one of them can be reached.
 * @param {Api} api
 * @param {string} stem
 * @param {number} id who is to be called so
 * @returns {Promise<Card[]>}
 */
export async function sameStem(api, stem, id) {
  if (stem === '' || stem.includes('"')) {
    return [];
  }
  const { items } = await api.adapters({ q: `file:"${stem}"`, limit: MOST });
  return items.filter((card) => card.id !== id && parted(card.relative_path).stem.toLowerCase() === stem.toLowerCase());
}

/**
 * @param {Pick<Card, 'relative_path'|'hidden_by'>} card that was just given its name
 * @param {Pick<Card, 'relative_path'>[]} others of that name
 * @returns {string} which of them is reached, "" where it has its name for itself
 */
export function sharedName(card, others) {
  const name = parted(card.relative_path).stem;
  if (card.hidden_by) {
    return t('files.shared', { name, reached: card.hidden_by, other: card.relative_path });
  }
  return others.length > 0 ? t('files.shared', { name, reached: card.relative_path, other: others[0].relative_path }) : '';
}
