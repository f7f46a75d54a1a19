/** The HTTP API of what is done with many adapters, and of the Library's tools: the page starts without it. */

/**
 * @import {Api} from './api.js'
 * @import {Slice} from './api-history.js'
 * @import {BackupDifferences, Backups, BulkAction, BulkPreview, Chosen} from './types-changes.js'
 * @import {Duplicates, DuplicateKind, Settings, TrashPage} from './types-changes.js'
 * @import {Job, PackageList, TokenList} from './types.js'
 */

/** @typedef {Record<string, any>} BulkParams as the action wants them */

/**
 * @param {Api} api
 * @param {Chosen} selection
 * @param {BulkAction} action
 * @param {BulkParams} [params]
 * @param {number} [expect] how many the user saw: refused with "selection_changed" when they are not so many now
 * @returns {Promise<Job>} its result is a BulkResult
 */
export function startBulk(api, selection, action, params = {}, expect = undefined) {
  return api.send('POST', 'bulk', { selection, action, params, expect }, { once: true });
}

/**
 * Every path, nothing touched.
 * @param {Api} api
 * @param {Chosen} selection
 * @param {BulkAction} action
 * @param {BulkParams} params
 * @param {Slice} slice
 * @param {AbortSignal} [signal]
 * @returns {Promise<BulkPreview>}
 */
export function previewBulk(api, selection, action, params, slice, signal) {
  return api.send('POST', 'bulk/preview', { selection, action, params, ...slice }, { signal });
}

/** The list as a file. @param {Api} api @param {Chosen} selection @param {'csv'|'json'} format */
export function exportList(api, selection, format) {
  return api.download('export', { selection, format });
}

/** @param {Api} api @param {Slice} slice @param {AbortSignal} [signal] @returns {Promise<TrashPage>} */
export function readTrash(api, slice, signal) {
  return api.get('trash', { ...slice }, signal);
}

/** @param {Api} api @param {number} id @returns {Promise<{change_set: number, adapter_id: number}>} */
export function restoreTrashed(api, id) {
  return api.send('POST', `trash/${id}/restore`, {}, { once: true });
}

/** For good. @param {Api} api @param {number} id @returns {Promise<{bytes: number}>} */
export function deleteTrashed(api, id) {
  return api.send('DELETE', `trash/${id}`, {}, { once: true });
}

/** For good. @param {Api} api @returns {Promise<Job>} */
export function emptyTrash(api) {
  return api.send('POST', 'trash/empty', {}, { once: true });
}

/**
 * @param {Api} api
 * @param {DuplicateKind} kind
 * @param {Slice} slice
 * @param {AbortSignal} [signal]
 * @returns {Promise<Duplicates>}
 */
export function readDuplicates(api, kind, slice, signal) {
  return api.get('duplicates', { kind, ...slice }, signal);
}

/** @param {Api} api @param {AbortSignal} [signal] @returns {Promise<Backups>} */
export function readBackups(api, signal) {
  return api.get('backups', {}, signal);
}

/** @param {Api} api @returns {Promise<Job>} */
export function makeBackup(api) {
  return api.send('POST', 'backups', {}, { once: true });
}

/** @param {Api} api @param {string} name @returns {Promise<Job>} */
export function verifyBackup(api, name) {
  return api.send('POST', `backups/${encodeURIComponent(name)}/verify`, {}, { once: true });
}

/** @param {Api} api @param {string} name @returns {Promise<BackupDifferences>} */
export function compareBackup(api, name) {
  return api.get(`backups/${encodeURIComponent(name)}/differences`);
}

/** @param {Api} api @param {string} name @returns {Promise<Job>} */
export function restoreBackup(api, name) {
  return api.send('POST', `backups/${encodeURIComponent(name)}/restore`, {}, { once: true });
}

/** @param {Api} api @returns {Promise<{items: Settings}>} */
export function readSettings(api) {
  return api.get('settings');
}

/** @param {Api} api @param {Settings} changes @returns {Promise<{items: Settings}>} */
export function changeSettings(api, changes) {
  return api.send('PATCH', 'settings', changes);
}

/** @param {Api} api @returns {Promise<TokenList>} one's own */
export function readTokens(api) {
  return api.get('tokens');
}

/**
 * @param {Api} api
 * @param {string} name
 * @returns {Promise<{id: number, token: string}>} the token itself is told only here
 */
export function makeToken(api, name) {
  return api.send('POST', 'tokens', { name }, { once: true });
}

/** @param {Api} api @param {number} id @returns {Promise<unknown>} */
export function revokeToken(api, id) {
  return api.send('DELETE', `tokens/${id}`);
}

/** @param {Api} api @returns {Promise<PackageList>} */
export function readPackages(api) {
  return api.get('packages');
}

/** @param {Api} api @param {string} name @returns {Promise<Job>} */
export function installPackage(api, name) {
  return api.send('POST', 'packages', { name }, { once: true });
}
