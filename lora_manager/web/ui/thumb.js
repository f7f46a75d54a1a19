/** A small picture of an adapter, or its placeholder. */

import { css, html, keyed, nothing } from '../vendor/lit.js';
import { hue, initials } from './placeholder.js';

/** @import {Session} from '../core/session.js' */

export const thumbStyles = css`
  .thumb {
    position: relative;
    display: block;
    flex: none;
    width: var(--thumb-width, 24px);
    height: var(--thumb-height, 30px);
    border-radius: var(--thumb-radius, 4px);
    overflow: hidden;
    background: linear-gradient(150deg, hsl(var(--hue, 210) 26% 40%), hsl(calc(var(--hue, 210) + 36) 30% 20%));
  }
  .thumb::before {
    content: attr(data-initials);
    position: absolute;
    inset: 0;
    display: grid;
    place-items: center;
    color: rgb(255 255 255 / 0.6);
    font-size: calc(var(--thumb-width, 24px) * 0.36);
    font-weight: 600;
  }
  .thumb img {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    object-fit: cover;
    object-position: 50% 20%;
  }
`;

/** A picture that is gone or broken: what lies below it is seen. @param {Event} event */
export function hideBroken(event) {
  /** @type {HTMLElement} */ (event.target).hidden = true;
}

/**
 * @param {Session} session
 * @param {{id: number|null, name: string, preview: string|null}} card
 * @param {number} [size] pixels asked for: 128, 256 or 512
 */
export function thumb(session, { id, name, preview }, size = 128) {
  const url = preview && id !== null ? session.api.thumbnailUrl({ id, preview }, size) : '';
  return html`<span class="thumb" style="--hue:${hue(name)}" data-initials=${initials(name)}>${
    url ? keyed(url, html`<img alt="" decoding="async" loading="lazy" src=${url} @error=${hideBroken}>`) : nothing
  }</span>`;
}
