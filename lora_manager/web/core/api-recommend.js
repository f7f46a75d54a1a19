/** The HTTP API of recommendations and of what is learned from the user: the page starts without it. */

/**
 * @import {Api} from './api.js'
 * @import {Slice} from './api-history.js'
 * @import {Ask, EvidencePage, Insight, Preference, PreferencePage, RatedImage, Recommender} from './types-recommend.js'
 * @import {Similar, SimilarBy, Suggestions} from './types-recommend.js'
 * @import {Job} from './types.js'
 */

/** @param {Api} api @param {Ask} ask @param {AbortSignal} [signal] @returns {Promise<Suggestions>} */
export function recommend(api, ask, signal) {
  return api.send('POST', 'recommend', ask, { signal });
}

/**
 * @param {Api} api
 * @param {number} id
 * @param {{by: SimilarBy, limit: number}} how
 * @param {AbortSignal} [signal]
 * @returns {Promise<Similar>}
 */
export function readSimilar(api, id, how, signal) {
  return api.get(`adapters/${id}/similar`, { ...how }, signal);
}

/** @param {Api} api @param {number} id @param {AbortSignal} [signal] @returns {Promise<Insight>} */
export function readInsight(api, id, signal) {
  return api.get(`adapters/${id}/insight`, {}, signal);
}

/**
 * @param {Api} api
 * @param {number} id
 * @param {{rating?: number, favourite?: boolean}} changes
 * @returns {Promise<RatedImage>}
 */
export function rateImage(api, id, changes) {
  return api.send('PATCH', `images/${id}`, changes);
}

/**
 * @param {Api} api
 * @param {Slice & {kind?: Preference['kind']}} slice
 * @param {AbortSignal} [signal]
 * @returns {Promise<PreferencePage>}
 */
export function readPreferences(api, slice, signal) {
  return api.get('preferences', { ...slice }, signal);
}

/**
 * @param {Api} api
 * @param {number} id
 * @param {number} limit
 * @returns {Promise<EvidencePage>} newest first
 */
export function readEvidence(api, id, limit) {
  return api.get(`preferences/${id}/evidence`, { limit });
}

/** @param {Api} api @param {number} id @param {Preference['pinned']} pinned @returns {Promise<Preference>} */
export function pinPreference(api, id, pinned) {
  return api.send('PATCH', `preferences/${id}`, { pinned });
}

/** @param {Api} api @param {number} id @returns {Promise<{undo: string}>} */
export function forgetPreference(api, id) {
  return api.send('DELETE', `preferences/${id}`, {}, { once: true });
}

/** Forget all. @param {Api} api @returns {Promise<{undo: string}>} */
export function resetPreferences(api) {
  return api.send('POST', 'preferences/reset', {}, { once: true });
}

/** @param {Api} api @param {string} token of what was forgotten @returns {Promise<unknown>} */
export function restorePreferences(api, token) {
  return api.send('POST', 'preferences/restore', { token }, { once: true });
}

/** @param {Api} api @param {AbortSignal} [signal] @returns {Promise<Recommender>} */
export function readRecommender(api, signal) {
  return api.get('recommender', {}, signal);
}

/** @param {Api} api @param {string} name "" for none @returns {Promise<Job|{}>} a job where it has to be fetched */
export function chooseEncoder(api, name) {
  return api.send('POST', 'recommender/encoder', { name }, { once: true });
}

/** @param {Api} api @param {'start'|'stop'} action @returns {Promise<unknown>} */
export function runVectors(api, action) {
  return api.send('POST', 'recommender/vectors', { action });
}
