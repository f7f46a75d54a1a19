/** What can be done with the selection, each with the question that goes before it. */

import { t } from '../strings.js';
import { tagDeed, whichText } from './words.js';
import '../strings/bulk.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Chosen} from '../core/types-changes.js'
 * @import {Deed} from '../core/bulk.js'
 * @import {StringName} from '../strings.js'
 * @import {Which} from './lm-value-dialog.js'
 */

/**
 * @typedef {object} Asked
 * @property {Session} session
 * @property {Chosen} selection
 * @property {number} n how many
 * @property {string} [origin] where the selection comes from
 *
 * @typedef {(asked: Asked) => Promise<Deed|null>|Deed|null} Ask null: the user let it be
 */

/** So many names stand in a question. */
const NAMED = 5;

/** @param {Record<string, any>} values @param {StringName} said @returns {Deed} */
function edit(values, said) {
  return { action: 'edit', params: { values }, said: (n) => t(said, { n }) };
}

/** @param {Which} which @returns {Ask} */
function value(which) {
  return async ({ n }) => {
    const { LmValueDialog } = await import('./lm-value-dialog.js');
    const dialog = Object.assign(new LmValueDialog(), { which, count: n });
    const params = await dialog.ask();
    return params && { action: 'edit', params, said: (done) => t(`done.${which}`, { n: done }) };
  };
}

/** @param {Asked} asked @returns {Promise<Deed|null>} */
async function tags({ n }) {
  const { LmTagsDialog } = await import('./lm-tags-dialog.js');
  const params = await Object.assign(new LmTagsDialog(), { count: n }).ask();
  return params && { action: 'tags', params, said: (done) => t(tagDeed(params), { n: done }) };
}

/** @param {Asked} asked @returns {Promise<Deed|null>} */
async function move({ n, selection }) {
  const { LmMoveDialog } = await import('./lm-move-dialog.js');
  const params = await Object.assign(new LmMoveDialog(), { count: n, selection }).ask();
  return params && { action: 'move', params, said: (done) => t('done.move', { n: done }) };
}

/** @param {'rename'|'organise'} action @returns {Ask} */
function template(action) {
  return async ({ n, selection }) => {
    const { LmTemplateDialog } = await import('./lm-template-dialog.js');
    const params = await Object.assign(new LmTemplateDialog(), { count: n, selection, action }).ask();
    return params && { action, params, said: (done) => t(`done.${action}`, { n: done }) };
  };
}

/** @param {Asked} asked @returns {Promise<Deed|null>} */
async function remove({ session, n, selection, origin = '' }) {
  const [{ confirm }, days, names] = await Promise.all([import('./lm-confirm.js'), trashDays(session), firstNames(session, selection)]);
  const yes = await confirm({
    title: t('delete.title', { n }),
    text: t(days === 0 ? 'delete.text_ever' : 'delete.text', { n, days: days ?? 30 }),
    which: [whichText(names, n), origin].filter(Boolean).join(' '),
    button: t('delete.go', { n }),
    danger: true,
    paths: { selection, action: 'delete' },
    pathsTitle: t('paths.title'),
  });
  return yes && { action: 'delete', said: (done) => t('done.delete', { n: done }) };
}

/**
 * Some names of what is selected, none where the server does not tell.
 * @param {Session} session
 * @param {Chosen} selection
 */
async function firstNames({ api }, selection) {
  try {
    const { previewBulk } = await import('../core/api-tools.js');
    const { items } = await previewBulk(api, selection, 'delete', {}, { offset: 0, limit: NAMED });
    return items.map(({ name }) => name);
  } catch {
    return [];
  }
}

/** @param {Session} session @returns {Promise<number|null>} 0: for ever; null where that is not told */
async function trashDays({ api }) {
  try {
    const { readSettings } = await import('../core/api-tools.js');
    return Number((await readSettings(api)).items.trash_days);
  } catch {
    return null;
  }
}

/** @param {Asked} asked @returns {Promise<Deed|null>} */
async function writeBack({ n, selection }) {
  const { confirm } = await import('./lm-confirm.js');
  const yes = await confirm({
    title: t('write.title', { n }), text: t('write.text'), button: t('write.go', { n }),
    paths: { selection, action: 'write_back' }, pathsTitle: t('paths.title'),
  });
  return yes && { action: 'write_back', said: (done) => t('done.write_back', { n: done }) };
}

/** @param {Asked} asked @returns {Promise<Deed|null>} */
async function exportSidecars({ n, selection }) {
  const { confirm } = await import('./lm-confirm.js');
  const params = { format: 'civitai_info' };
  const yes = await confirm({
    title: t('export.title', { n }), text: t('export.text'), button: t('export.go', { n }), check: t('export.replace'),
    paths: { selection, action: 'export_sidecars', params }, pathsTitle: t('paths.title'),
  });
  return yes && {
    action: 'export_sidecars', params: { ...params, replace: yes.checked }, said: (done) => t('done.export_sidecars', { n: done }),
  };
}

/** @param {number} stars 0 takes the rating away @returns {Deed} */
export function rate(stars) {
  return edit({ rating: stars || null }, 'done.rating');
}

/** By name. Only what makes a job; inserting and copying are the bar's own. */
export const DEEDS = /** @type {Record<string, Ask>} */ ({
  tags,
  base: value('base_model'),
  favourite: () => edit({ favourite: true }, 'done.favourite'),
  unfavourite: () => edit({ favourite: false }, 'done.unfavourite'),
  nsfw: value('nsfw_level'),
  active: () => edit({ active: true }, 'done.active'),
  inactive: () => edit({ active: false }, 'done.inactive'),
  order: value('ordinal'),
  reset: value('reset'),
  move,
  rename: template('rename'),
  organise: template('organise'),
  write_back: writeBack,
  export_sidecars: exportSidecars,
  reread: () => ({ action: 'reread', said: (n) => t('done.reread', { n }) }),
  delete: remove,
});
