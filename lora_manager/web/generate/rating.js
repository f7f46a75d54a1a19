/** What the user thinks of a picture: shown at once, taken back where the server refuses it. */

import { sentence } from '../core/actions.js';
import { rateImage } from '../core/api-recommend.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {ImageRef} from '../core/types.js'
 */

/** @typedef {{rating?: number|null, favourite?: boolean}} Judgement */

/**
 * @param {Pick<Session, 'api'|'toasts'>} session
 * @param {ImageRef} image
 * @param {{rating?: number, favourite?: boolean}} changes
 * @param {(judgement: Judgement) => void} show
 */
export async function judge({ api, toasts }, image, changes, show) {
  const before = { rating: image.rating ?? 0, favourite: image.favourite ?? false };
  show({ ...before, ...changes });
  try {
    const { rating, favourite } = await rateImage(api, image.id, changes);
    show({ rating, favourite });
  } catch (error) {
    show(before);
    toasts.show(sentence(error), { kind: 'error', about: `image ${image.id}` });
  }
}

/**
 * @param {ImageRef[]} images
 * @param {number} id
 * @param {Judgement} judgement
 * @returns {ImageRef[]} with what is thought of that one
 */
export function withJudgement(images, id, judgement) {
  return images.map((one) => (one.id === id ? { ...one, ...judgement } : one));
}
