/** The HTTP API around one adapter's files and around history. Apart from api.js: the page starts without it. */

/**
 * @import {Api} from './api.js'
 * @import {BackTo, Changed, ChangePage, OneSet, Reverted, SetPage} from './types-changes.js'
 */

/** Letters: each may take three bytes. */
const MOST_KEPT = 20_000;

/** @typedef {{limit?: number, offset?: number}} Slice */

/** @param {Api} api @param {Slice} slice @param {AbortSignal} [signal] @returns {Promise<SetPage>} newest first */
export function readHistory(api, slice, signal) {
  return api.get('history', { ...slice }, signal);
}

/**
 * @param {Api} api
 * @param {number} setId
 * @param {Slice} slice
 * @param {AbortSignal} [signal]
 * @returns {Promise<OneSet>}
 */
export function readSet(api, setId, slice, signal) {
  return api.get(`history/${setId}`, { ...slice }, signal);
}

/**
 * @param {Api} api
 * @param {number} id
 * @param {Slice} slice
 * @param {AbortSignal} [signal]
 * @returns {Promise<ChangePage>}
 */
export function readAdapterHistory(api, id, slice, signal) {
  return api.get(`adapters/${id}/history`, { ...slice }, signal);
}

/** @param {Api} api @param {number} setId @returns {Promise<Reverted>} */
export function undoSet(api, setId) {
  return api.send('POST', `history/${setId}/undo`, {}, { once: true });
}

/** @param {Api} api @param {number} changeId @returns {Promise<Reverted>} */
export function revertChange(api, changeId) {
  return api.send('POST', `changes/${changeId}/revert`, {}, { once: true });
}

/**
 * What going back would take back.
 * @param {Api} api
 * @param {string} at ISO
 * @param {number|null} adapterId null: all
 * @returns {Promise<BackTo>}
 */
export function lookBack(api, at, adapterId) {
  return api.get('history/back-to', { at, adapter_id: adapterId });
}

/** @param {Api} api @param {string} at ISO @param {number|null} adapterId null: all @returns {Promise<Reverted>} */
export function goBack(api, at, adapterId) {
  return api.send('POST', 'history/back-to', { at, adapter_id: adapterId }, { once: true });
}

/** @param {Api} api @param {number} id @param {string} name new stem @returns {Promise<Changed>} */
export function renameFile(api, id, name) {
  return api.send('POST', `adapters/${id}/rename`, { name }, { once: true });
}

/**
 * @param {Api} api
 * @param {number} id
 * @param {{root_id: number|null, folder: string}} to
 * @returns {Promise<Changed>}
 */
export function moveFile(api, id, to) {
  return api.send('POST', `adapters/${id}/move`, to, { once: true });
}

/**
 * Notes of a page that goes: sent at once, past all that waits for its turn, and nobody is there for the answer.
 * @param {Pick<Api, 'root'|'fetch'>} api
 * @param {number} id
 * @param {{notes: string, if?: {notes: string|null}}} body
 */
export function keepNotes({ root, fetch }, id, body) {
  const init = { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const lost = () => {};
  // A browser lets a page send 64 KB on its way out; more may still be heard.
  void fetch(`${root}adapters/${id}`, { ...init, keepalive: init.body.length < MOST_KEPT }).catch(lost);
}

/** To the trash. @param {Api} api @param {number} id @returns {Promise<{change_set: number, trash_id: number}>} */
export function trashFile(api, id) {
  return api.send('DELETE', `adapters/${id}`, {}, { once: true });
}
