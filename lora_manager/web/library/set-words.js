/** A set of changes in words: "Tagged 3,412 LoRAs: anime, style". */

import { plainChange, valueText } from '../core/change-words.js';
import * as format from '../core/format.js';
import { tagDeed } from '../bulk/words.js';
import { isString, t } from '../strings.js';
import '../strings/library-tools.js';

/** @import {Change, ChangeSet} from '../core/types-changes.js' */

/** @typedef {Pick<ChangeSet, 'kind'|'count'> & {what?: Record<string, any>}} ToName */

const MOST_TAGS = 6;

/** @param {string[]} tags */
function some(tags) {
  return tags.slice(0, MOST_TAGS).join(', ') + (tags.length > MOST_TAGS ? ' …' : '');
}

/** @param {Record<string, any>} params @param {number} n */
function tagSet(params, n) {
  const { add = [], remove = [], replace } = params;
  const text = t(tagDeed({ add, remove, replace: replace ?? undefined }), { n });
  const tags = replace ?? [...add.map((/** @type {string} */ tag) => `+${tag}`), ...remove.map((/** @type {string} */ tag) => `−${tag}`)];
  return tags.length > 0 ? t('set.tags_to', { text, tags: some(tags) }) : text;
}

/** @param {Record<string, any>} params @param {number} n */
function editSet({ values = {}, reset = [] }, n) {
  const [field, ...others] = Object.keys(values);
  if (field === undefined) {
    return t(reset.length > 0 ? 'done.reset' : 'done.edit', { n });
  }
  if (others.length > 0) {
    return t('done.edit', { n });
  }
  const value = values[field];
  const off = { favourite: 'done.unfavourite', active: 'done.inactive' }[field];
  const name = off && !value ? off : `done.${field}`;
  const text = isString(name) ? t(name, { n }) : t('done.edit', { n });
  return typeof value === 'boolean' ? text : t('set.value_to', { text, value: valueText(field, value) || '–' });
}

/** @type {Record<string, (params: Record<string, any>, n: number) => string>} */
const BULK_WORDS = { tags: tagSet, edit: editSet };

/**
 * What a set of many edits did, told by what was asked for; of how many it was, by how many changed.
 * @param {ToName} set
 * @returns {string}
 */
export function setText({ kind, count, what = {} }) {
  const { action, params = {}, selected } = what;
  const n = Math.min(count, Number(selected ?? count));
  if (kind === 'undo') {
    return undoText(count, what);
  }
  if (kind === 'back_to') {
    return t('set.back_to', { time: format.dateTime(what.at) });
  }
  const words = BULK_WORDS[action];
  const own = `done.${action}`;
  if (words || isString(own)) {
    return words ? words(params, n) : t(/** @type {'done.move'} */ (own), { n });
  }
  const name = `set.${kind}`;
  return isString(name) ? t(name, { n: kind === 'edit' ? 1 : count }) : t('set.other', { n: count });
}

/** Sets that are told by what changed, not by how many did: those of one LoRA. */
const TOLD_BY_CHANGES = ['edit', 'move', 'rename', 'trash', 'restore_file', 'undo', 'import', 'back_to'];

/**
 * What changed, where it is little enough to be told in a line.
 * @param {ToName & {sample?: Pick<Change, 'name'|'field'|'old'|'new'>[]}} set
 * @returns {string} "Hollow Armor: Version: one → two", "" for a set of many
 */
export function sampleText({ kind, count, what = {}, sample = [] }) {
  const names = new Set(sample.map(({ name }) => name));
  if (sample.length === 0 || names.size > 1 || !(TOLD_BY_CHANGES.includes(kind) || Number(what.selected) === 1)) {
    return '';
  }
  const changes = sample.map((change) => plainChange(change)).join('; ');
  const more = count > sample.length ? ` ${t('set.and_more', { n: count - sample.length })}` : '';
  return t('set.of_one', { name: sample[0].name, changes: changes + more });
}

/** @param {number} count @param {Record<string, any>} what */
function undoText(count, { of: kind, ...what }) {
  return !kind || kind === 'change' ? t('set.undo_change', { n: count })
    : t('set.undo', { what: setText({ kind, count: Number(what.selected ?? count), what }) });
}
