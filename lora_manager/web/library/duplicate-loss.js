/** What would go with a duplicate that is deleted, and giving it to the one that stays first. */

import { t } from '../strings.js';
import '../strings/changes.js';
import '../strings/library-tools.js';

/**
 * @import {Api} from '../core/api.js'
 * @import {Detail} from '../core/types.js'
 * @import {Duplicate} from '../core/types-changes.js'
 */

/** @typedef {{kept: number, others: Duplicate[]}} Going */
/** @typedef {Pick<Detail, 'rating'|'favourite'|'notes'|'tags'>} Own */

/** So many files are named. */
const NAMED = 5;

/** Whether it holds anything that the user gave it. @param {Duplicate} item */
function isOwned({ rating, favourite, edited }) {
  return (rating ?? 0) > 0 || favourite || edited;
}

/** @param {Going[]} going @returns {Going[]} those of which something of the user's would go */
export function owned(going) {
  return going.filter(({ others }) => others.some(isOwned));
}

/** @param {Going[]} going @returns {string[]} each file that goes, the first of many */
export function pathsText(going) {
  const paths = going.flatMap(({ others }) => others.map(({ path }) => path));
  const more = paths.length > NAMED ? [t('duplicates.more_files', { n: paths.length - NAMED })] : [];
  return [...paths.slice(0, NAMED), ...more];
}

/** @param {Duplicate} item @returns {string} "ink.safetensors: 4 stars, favourite, edited by you, used 3 times" */
function ownText(item) {
  const { rating, favourite, edited, uses, path } = item;
  const parts = [
    rating ? t('change.stars', { n: rating }) : '', favourite ? t('card.favourite') : '', edited ? t('duplicates.edited') : '',
    uses > 0 ? t('card.uses', { n: uses }) : '',
  ];
  return `${path.split('/').at(-1)}: ${parts.filter(Boolean).join(', ')}`;
}

/** @param {Going[]} going @returns {string} what only those that go have, "" for nothing */
export function lossText(going) {
  const all = going.flatMap(({ others }) => others.filter(isOwned));
  const more = all.length > NAMED ? [t('duplicates.more_files', { n: all.length - NAMED })] : [];
  return all.length === 0 ? '' : t('duplicates.loss', { what: [...all.slice(0, NAMED).map(ownText), ...more].join('; ') });
}

/**
 * @param {Own} kept
 * @param {Own[]} gone
 * @returns {Partial<Own>} what the one that stays lacks: nothing of its own is written over, tags are united
 */
export function lacking(kept, gone) {
  /** @type {Partial<Own>} */
  const values = {};
  const rating = Math.max(0, ...gone.map((one) => one.rating ?? 0));
  if (!kept.rating && rating > 0) {
    values.rating = rating;
  }
  if (!kept.favourite && gone.some(({ favourite }) => favourite)) {
    values.favourite = true;
  }
  const notes = [...new Set(gone.map((one) => one.notes ?? '').filter((text) => text.trim() !== ''))];
  if (!(kept.notes ?? '').trim() && notes.length > 0) {
    values.notes = notes.join('\n\n');
  }
  const has = new Set(kept.tags.map((tag) => tag.toLowerCase()));
  const tags = [...new Set(gone.flatMap((one) => one.tags))].filter((tag) => !has.has(tag.toLowerCase()));
  return tags.length > 0 ? { ...values, tags: [...kept.tags, ...tags] } : values;
}

/** @param {Api} api @param {Going[]} going */
export async function takeOver(api, going) {
  for (const { kept, others } of owned(going)) {
    const [own, ...gone] = await Promise.all([kept, ...others.map(({ id }) => id)].map((id) => api.adapter(id)));
    const values = lacking(own, gone);
    if (Object.keys(values).length > 0) {
      await api.editAdapter(kept, values);
    }
  }
}
