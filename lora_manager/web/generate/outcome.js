/** What came out of a generation, whether it just ended or is looked up in the history. */

import * as format from '../core/format.js';
import { t } from '../strings.js';
import { icons } from '../ui/icons.js';
import { stars } from '../ui/stars.js';
import { hideBroken } from '../ui/thumb.js';
import { html, keyed, nothing } from '../vendor/lit.js';

/**
 * @import {Session} from '../core/session.js'
 * @import {Generation, GenerateResult, ImageRef} from '../core/types.js'
 */

/**
 * @typedef {object} Outcome
 * @property {ImageRef[]} images
 * @property {{id: number|null, name: string, tag_name: string, weight: number}[]} applied
 * @property {{tag_name: string, reason: string}[]} refused
 * @property {string} infotext
 * @property {number|null} seconds
 * @property {boolean} interrupted
 * @property {string[]} notes
 * @property {string|null} [user] whose it was, where there are logins
 */

/** @param {GenerateResult} result @returns {Outcome} */
export function outcomeOfResult({ images, applied, refused, infotext, seconds, interrupted, notes }) {
  return { images, applied, refused, infotext, seconds, interrupted, notes: notes ?? [] };
}

/** @param {Generation} generation @returns {Outcome} */
export function outcomeOfGeneration(generation) {
  const { images, uses, seconds, interrupted, infotext = '', refused = [], user_name: user } = generation;
  const applied = uses.map(({ id, name, tag_name, unet_weight: weight }) => ({ id, name, tag_name, weight }));
  return { images, applied, refused, infotext, seconds, interrupted, notes: [], user };
}

/** @param {{width: number, height: number}} size @returns {string} as large as the pane allows, without a shift */
function shape({ width, height }) {
  return `aspect-ratio:${width}/${height};max-width:calc(var(--tallest) * ${width / height})`;
}

/** Where the first picture will stand. @param {{width: number, height: number}} size */
export function emptyFrame(size) {
  return html`<div class="large frame" style=${shape(size)}></div>`;
}

/**
 * @param {Session} session
 * @param {Outcome} outcome
 * @param {number} chosen which image is shown large
 * @param {{choose: (index: number) => void, enlarge: (index: number) => void}} on
 */
export function pictures(session, outcome, chosen, on) {
  const { images } = outcome;
  const image = images[chosen] ?? images[0];
  if (!image) {
    return nothing;
  }
  return html`<button class="large" style=${shape(image)}
      aria-label=${t('lightbox.open')} title=${t('lightbox.open')} @click=${() => on.enlarge(images.indexOf(image))}>
      ${icons.image}${keyed(image.id, html`<img alt="" src=${session.api.imageUrl(image.id)} @error=${hideBroken}>`)}</button>
    ${images.length > 1 ? html`<div class="thumbs">${images.map((one, index) => html`<button
      aria-pressed=${one === image} aria-label=${t('generate.picture', { n: index + 1 })} @click=${() => on.choose(index)}>
      <img alt="" src=${session.api.imageThumbnailUrl(one.id, 128)}></button>`)}</div>` : nothing}`;
}

/**
 * What the user thinks of a picture.
 * @param {ImageRef} image
 * @param {(image: ImageRef, changes: {rating?: number, favourite?: boolean}) => void} rate
 */
function judged(image, rate) {
  const { favourite = false } = image;
  return html`<span class="judged" title=${t('generate.rate_why')}>${stars(image.rating ?? 0, (rating) => rate(image, { rating }))}<button
    class="btn quiet tiny icon ${favourite ? 'on' : ''}" aria-pressed=${favourite} aria-label=${t('card.favourite')} title=${t('card.favourite')}
    @click=${() => rate(image, { favourite: !favourite })}>${favourite ? icons.heartFull : icons.heart}</button></span>`;
}

/**
 * @param {Outcome} outcome
 * @param {number} chosen
 * @param {{open: (id: number) => void, copy: (text: string) => void, seed: (seed: number) => void,
 *   reuse: (() => void)|undefined,
 *   rate: (image: ImageRef, changes: {rating?: number, favourite?: boolean}) => void}} on
 */
export function account(outcome, chosen, on) {
  const image = outcome.images[chosen] ?? outcome.images[0];
  return html`
    <div class="line">
      ${image ? html`<button class="btn tiny" title=${t('generate.use_seed')} @click=${() => on.seed(image.seed)}>
        ${t('generate.seed_is', { seed: String(image.seed) })}</button>` : nothing}
      ${image ? html`<span class="dim small">${image.width} × ${image.height}</span>` : nothing}
      ${outcome.seconds === null ? nothing : html`<span class="dim small">${format.duration(outcome.seconds)}</span>`}
      ${outcome.user ? html`<span class="dim small">${t('detail.by', { name: outcome.user })}</span>` : nothing}
      ${outcome.interrupted ? html`<span class="warn small">${t('generate.interrupted')}</span>` : nothing}
      ${image ? judged(image, on.rate) : nothing}
      <span class="grow"></span>
      ${on.reuse ? html`<button class="btn tiny" title=${t('generate.reuse_why')} @click=${on.reuse}>${icons.again}${t('generate.reuse')}</button>` : nothing}
      ${outcome.infotext ? html`<button class="btn quiet tiny" @click=${() => on.copy(outcome.infotext)}>${icons.copy}${t('generate.copy_infotext')}</button>` : nothing}
    </div>
    ${outcome.notes.map((note) => html`<p class="dim small">${note}</p>`)}
    ${outcome.applied.length > 0 ? html`<div class="line"><span class="dim small">${t('generate.applied')}</span>
      ${outcome.applied.map(({ id, name, tag_name, weight }) => html`<button class="chip" ?disabled=${id === null}
        @click=${() => id !== null && on.open(id)}>${name || tag_name} <b>${format.weight(weight)}</b></button>`)}</div>` : nothing}
    ${outcome.refused.map(({ tag_name, reason }) => html`<p class="small"><span class="bad">${t('generate.refused', { name: tag_name })}</span> ${reason}</p>`)}
    ${outcome.infotext ? html`<details><summary class="dim small">${t('generate.infotext')}</summary><pre>${outcome.infotext}</pre></details>` : nothing}`;
}
