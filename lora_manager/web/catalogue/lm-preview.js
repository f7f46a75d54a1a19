/** The large picture beside the card that the pointer rests on, or that the keyboard stands on. */

import { define, LmElement } from '../ui/element.js';
import { hideBroken } from '../ui/thumb.js';
import { css, html, keyed, nothing } from '../vendor/lit.js';
import { placeBeside } from './preview-place.js';

/**
 * @import {Card} from '../core/types.js'
 * @import {Place} from './preview-place.js'
 */

const LARGE = 512;

export class LmPreview extends LmElement {
  static styles = css`
    :host { position: absolute; inset: 0; z-index: 4; pointer-events: none; overflow: hidden; }
    figure {
      position: absolute;
      margin: 0;
      border-radius: 10px;
      overflow: hidden;
      background: var(--lm-raise);
      box-shadow: 0 0 0 1px var(--lm-line), 0 12px 40px rgb(0 0 0 / 0.45);
      animation: appear 0.12s;
    }
    @keyframes appear { from { opacity: 0; } }
    img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
    figcaption {
      position: absolute;
      left: 0;
      right: 0;
      bottom: 0;
      padding: 28px 12px 10px;
      background: linear-gradient(transparent, rgb(0 0 0 / 0.72));
      color: #fff;
      font-weight: 600;
      overflow-wrap: anywhere;
    }
    @media (prefers-reduced-motion: reduce) { figure { animation: none; } }
  `;

  constructor() {
    super();
    /** @type {Card|null} */
    this.card = null;
    /** @type {Place|null} */
    this.place = null;
    this.small = '';
  }

  /**
   * @param {Card} card
   * @param {Element} around what stays in sight
   */
  show(card, around) {
    const image = /** @type {HTMLImageElement|null} */ (around.querySelector('.pic img'));
    const small = around.querySelector('.pic');
    if (!card.preview || !image || !small || image.hidden || image.naturalWidth === 0) {
      this.hide();
      return;
    }
    const { left, top, width, height } = this.getBoundingClientRect();
    const box = (/** @type {Element} */ element) => {
      const at = element.getBoundingClientRect();
      return { left: at.left - left, top: at.top - top, right: at.right - left, bottom: at.bottom - top };
    };
    const scale = LARGE / image.naturalWidth;
    const picture = { width: image.naturalWidth * scale, height: image.naturalHeight * scale };
    this.place = placeBeside(box(around), box(small), { width, height }, picture);
    this.card = this.place ? card : null;
    this.small = image.currentSrc;
    this.requestUpdate();
  }

  /** What is still on its way is not waited for. */
  hide() {
    if (this.card) {
      this.renderRoot.querySelectorAll('img').forEach((image) => image.removeAttribute('src'));
      this.card = null;
      this.requestUpdate();
    }
  }

  /** @override */
  render() {
    const { card, place, small } = this;
    if (!card || !place) {
      return nothing;
    }
    const { left, top, width, height } = place;
    const large = this.session.api.thumbnailUrl(card, LARGE);
    return keyed(card.id, html`<figure style="left:${left}px;top:${top}px;width:${width}px;height:${height}px">
      <img alt="" src=${small}><img alt="" decoding="async" src=${large} @error=${hideBroken}>
      <figcaption>${card.name}</figcaption></figure>`);
  }
}

define('lm-preview', LmPreview);
