/** What changed, in words: "Tags: +anime −old", "Weight: 0.8 → 1.0", "Moved from a/b to c". */

import * as format from './format.js';
import { levelText } from './levels.js';
import { isString, t } from '../strings.js';
import '../strings/changes.js';

/** @import {Change} from './types-changes.js' */

/** @typedef {Pick<Change, 'field'|'old'|'new'> & Partial<Change>} ToSay */

const MOST_LETTERS = 60;
const MOST_WORDS = 8;

/** @param {string} field @returns {string} */
export function fieldName(field) {
  const name = `field.${field}`;
  return isString(name) ? t(name) : field.replaceAll('_', ' ');
}

/** @param {string} text @returns {string} its beginning, in one line */
function shortened(text) {
  const line = text.replace(/<[^>]*>/g, ' ').split(/\s+/).filter(Boolean).join(' ');
  const letters = Array.from(line);
  return letters.length > MOST_LETTERS ? `${letters.slice(0, MOST_LETTERS).join('').trimEnd()} …` : line;
}

/** @param {string} text */
function quoted(text) {
  return t('change.quoted', { text: shortened(text) });
}

/** @type {Record<string, (value: any) => string>} */
const SPECIAL = {
  nsfw_level: levelText,
  rating: (value) => (value > 0 ? t('change.stars', { n: value }) : t('change.not_rated')),
  trigger_groups: (value) => /** @type {string[][]} */ (value).map((group) => group.join(', ')).join(' · '),
  weight: format.weight,
  notes: (value) => quoted(String(value)),
  description: (value) => quoted(String(value)),
  negative_text: (value) => quoted(String(value)),
};

/**
 * @param {string} field
 * @param {any} value
 * @returns {string} as people read it, "" for none
 */
export function valueText(field, value) {
  if (value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
    return field === 'rating' ? t('change.not_rated') : '';
  }
  const own = SPECIAL[field.startsWith('weight') ? 'weight' : field];
  return own ? own(value) : Array.isArray(value) ? value.join(', ') : shortened(String(value));
}

/** @param {string[]} old @param {string[]} now @returns {string} "+new −gone", "" where they hold the same */
export function diffWords(old, now) {
  const added = now.filter((word) => !old.includes(word)).map((word) => `+${word}`);
  const gone = old.filter((word) => !now.includes(word)).map((word) => `−${word}`);
  const all = [...added, ...gone];
  return all.slice(0, MOST_WORDS).join(' ') + (all.length > MOST_WORDS ? ' …' : '');
}

/** @param {string} field @param {any} old @param {any} now */
function listChange(field, old, now) {
  const flat = (/** @type {any} */ value) => /** @type {string[]} */ ((value ?? []).flat());
  const what = fieldName(field);
  const words = diffWords(flat(old), flat(now));
  if (words) {
    return t('change.set', { what, new: words });
  }
  const isSameOrder = flat(old).join('\n') === flat(now).join('\n');
  return t(isSameOrder ? 'change.groups' : 'change.order', { what });
}

/** @param {string} path */
function parts(path) {
  const at = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(0, at)), name: path.slice(at + 1) };
}

/** @param {{path: string, root_id?: number|null}} old @param {{path: string, root_id?: number|null}} now */
function fileChange(old, now) {
  const [from, to] = [parts(old.path), parts(now.path)];
  const isSameFolder = from.folder === to.folder && (old.root_id ?? null) === (now.root_id ?? null);
  if (isSameFolder) {
    return t('change.renamed', { old: from.name, new: to.name });
  }
  return from.name === to.name && from.folder !== to.folder
    ? t('change.moved', { old: from.folder || t('change.top'), new: to.folder || t('change.top') })
    : t('change.moved', { old: old.path, new: now.path });
}

/** @param {any} old @param {any} now */
function sidecarChange(old, now) {
  const path = parts((now ?? old)?.path ?? '').name;
  return t(!now ? 'change.sidecar_taken' : old ? 'change.rewrote' : 'change.wrote', { path });
}

/** @type {Record<string, (old: any, now: any) => string>} */
const OWN_WORDS = {
  tags: (old, now) => listChange('tags', old, now),
  trigger_groups: (old, now) => listChange('trigger_groups', old, now),
  favourite: (_, now) => t(now ? 'change.favourite' : 'change.no_favourite'),
  active: (_, now) => t(now ? 'change.active' : 'change.inactive'),
  file: (old, now) => (old && now ? fileChange(old, now) : fieldName('file')),
  trash: (_, now) => t(now ? 'change.trashed' : 'change.restored'),
  sidecar: sidecarChange,
};

/** @param {ToSay} change @returns {string} what, without by whom and why */
export function plainChange({ field, old, new: now }) {
  return OWN_WORDS[field]?.(old, now) ?? valueChange(field, old, now);
}

/** @param {string} field @param {any} before @param {any} after */
function valueChange(field, before, after) {
  const what = fieldName(field);
  const [old, now] = [valueText(field, before), valueText(field, after)];
  if (!now) {
    return old ? t('change.taken', { what, old }) : t('change.set', { what, new: t('change.nothing') });
  }
  return old ? t('change.from_to', { what, old, new: now }) : t('change.set', { what, new: now });
}

/**
 * @param {Change} change
 * @param {(source: string) => string} sourceName
 * @returns {string} a whole line: "Imported from Civitai: Version: v1 → v2"
 */
export function changeText(change, sourceName) {
  const text = plainChange(change);
  const { kind, new_source: source } = change;
  if (kind === 'import') {
    return source ? t('change.by_import', { source: sourceName(source), text }) : t('change.by_scan', { text });
  }
  if (kind === 'undo' || kind === 'back_to') {
    return t(kind === 'undo' ? 'change.by_undo' : 'change.by_back', { text });
  }
  return change.old_source === 'user' && source && source !== 'user'
    ? t('change.to_source', { text, source: sourceName(source) }) : text;
}

/** @param {Pick<Change, 'by'|'user_name'>} change @returns {string} who, or through what: "Ada", "you", "a scan" */
export function whoText({ by, user_name: user }) {
  const through = by === 'page' ? t('by.you') : t(`by.${by}`);
  return user ? (by === 'page' ? user : `${user}, ${through}`) : through;
}
