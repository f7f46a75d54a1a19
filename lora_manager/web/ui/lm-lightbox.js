/** One picture as large as the window allows, with its neighbours a key away. */

import { controls } from './controls.js';
import { define, LmElement } from './element.js';
import { icons } from './icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';

export class LmLightbox extends LmElement {
  static styles = [
    controls,
    css`
      dialog {
        width: 100vw;
        height: 100vh;
        max-width: none;
        max-height: none;
        margin: 0;
        padding: 0;
        border: 0;
        background: rgb(8 9 10 / 0.92);
        color: #fff;
        overflow: hidden;
      }
      dialog::backdrop { background: none; }
      .stage { display: grid; place-items: center; height: 100%; padding: 24px; cursor: zoom-out; }
      img { max-width: 100%; max-height: calc(100vh - 48px); object-fit: contain; border-radius: 4px; }
      .step, .shut {
        position: absolute;
        width: 40px;
        height: 40px;
        display: grid;
        place-items: center;
        border-radius: 50%;
        background: rgb(0 0 0 / 0.5);
      }
      .step:hover, .shut:hover { background: rgb(70 75 80 / 0.8); }
      .step { top: calc(50% - 20px); }
      .step.back { left: 16px; }
      .step.on { right: 16px; }
      .shut { top: 16px; right: 16px; }
      .place { position: absolute; bottom: 12px; left: 0; right: 0; text-align: center; color: #c9ced3; }
    `,
  ];

  constructor() {
    super();
    /** @type {number[]} */
    this.images = [];
    this.index = 0;
  }

  /**
   * @param {number[]} images ids
   * @param {number} index
   */
  async open(images, index) {
    this.images = images;
    this.index = index;
    this.requestUpdate();
    await this.updateComplete;
    /** @type {HTMLDialogElement} */ (this.find('dialog')).showModal();
  }

  /** @param {number} by */
  #step(by) {
    this.index = Math.max(0, Math.min(this.images.length - 1, this.index + by));
    this.requestUpdate();
  }

  #close() {
    /** @type {HTMLDialogElement} */ (this.find('dialog')).close();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    event.stopPropagation();
    if (step) {
      event.preventDefault();
      this.#step(step);
    }
  }

  /** @param {MouseEvent} event a click beside the buttons closes */
  #click(event) {
    if (!(/** @type {Element} */ (event.target).closest('button'))) {
      this.#close();
    }
  }

  /** @override */
  render() {
    const { images, index } = this;
    return html`<dialog aria-label=${t('lightbox.label')} @keydown=${this.#key} @click=${this.#click}>
      ${images.length > 0 ? html`<div class="stage"><img alt="" src=${this.session.api.imageUrl(images[index])}></div>
        ${index > 0 ? html`<button class="step back" aria-label=${t('lightbox.previous')} @click=${() => this.#step(-1)}>${icons.left}</button>` : nothing}
        ${index < images.length - 1 ? html`<button class="step on" aria-label=${t('lightbox.next')} @click=${() => this.#step(1)}>${icons.chevron}</button>` : nothing}
        ${images.length > 1 ? html`<div class="place">${index + 1} / ${images.length}</div>` : nothing}` : nothing}
      <button class="shut" aria-label=${t('lightbox.close')} @click=${this.#close}>${icons.close}</button>
    </dialog>`;
  }
}

define('lm-lightbox', LmLightbox);
