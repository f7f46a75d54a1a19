/** Short messages at the foot of the window: one layer a page, put there by whichever mount comes first. */

import { TABS } from '../core/elements.js';
import { define, MountElement } from './element.js';
import { icons } from './icons.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';

const NAME = 'lm-toasts';
const PARTS = TABS.map((tab) => `lm-${tab}`).join();
const GAP = 12;

/** @returns {MountElement|null} the part of the page that the user looks at; null where that is none of ours */
function shownPart() {
  const parts = /** @type {NodeListOf<MountElement>} */ (document.querySelectorAll(PARTS));
  return [...parts].find((part) => part.clientWidth > 0) ?? null;
}

export class LmToasts extends MountElement {
  static styles = MountElement.mountStyles(css`
    :host {
      position: fixed;
      z-index: 2000;
      display: grid;
      justify-items: center;
      gap: 8px;
      padding: 0 12px;
      background: none;
      container-type: normal;
      contain: none;
      pointer-events: none;
    }
    :host([fill]) { height: auto; }
    lm-veil { display: none; }
    .toast {
      display: flex;
      align-items: center;
      gap: 12px;
      max-width: min(560px, 100%);
      min-height: 40px;
      padding: 4px 4px 4px 16px;
      border-radius: 10px;
      background: var(--lm-text);
      color: var(--lm-bg);
      box-shadow: 0 8px 32px rgb(0 0 0 / 0.35);
      pointer-events: auto;
      animation: rise 0.16s ease-out;
    }
    .toast.error { background: var(--lm-bad); color: var(--lm-bg); }
    :host([narrow]) .toast { min-height: 32px; padding-left: 12px; font-size: 12px; line-height: 16px; }
    .text { overflow-wrap: anywhere; padding: 4px 0; }
    button { border-radius: 6px; padding: 4px 8px; color: inherit; }
    button:hover { background: rgb(128 128 128 / 0.3); }
    .act { flex: none; font-weight: 600; text-decoration: underline; text-underline-offset: 2px; }
    @keyframes rise { from { transform: translateY(8px); opacity: 0; } }
  `);

  /** @type {MountElement|null} the part of the page that the messages stand in */
  #part = null;
  #size = new ResizeObserver(() => {
    if (this.#part?.clientWidth === 0) {
      this.session.toasts.leave();
      this.requestUpdate();
    } else {
      this.#place();
    }
  });

  constructor() {
    super();
    this.watch(this.session.toasts, this.session.nav); // Details may have been opened beside them.
  }

  /** @override */
  connectedCallback() {
    this.setAttribute('fill', '');
    super.connectedCallback();
  }

  /** @override */
  updated() {
    const part = this.session.toasts.state.items.length > 0 ? shownPart() : null;
    if (part !== this.#part) {
      this.#part = part;
      this.#size.disconnect();
      if (part) {
        this.#size.observe(part);
      }
    }
    requestAnimationFrame(() => this.#place());
  }

  /** In the part that is shown, not beyond it; elsewhere in a host's page, at its foot. */
  #place() {
    const { clientWidth: width, clientHeight: height } = document.documentElement;
    const { left, right, bottom, top } = this.#part?.messageArea ?? { left: 0, right: width, bottom: height - 52 };
    this.toggleAttribute('narrow', right - left <= 480);
    this.style.inset = `${top === undefined ? 'auto' : `${top + GAP}px`} ${width - right}px ${
      top === undefined ? `${Math.max(0, height - bottom) + GAP}px` : 'auto'} ${left}px`;
  }

  /** @override */
  render() {
    const { toasts } = this.session;
    return html`<div role="status" aria-live="polite" style="display:contents">
      ${repeat(toasts.state.items, (toast) => toast.id, (toast) => html`<div class="toast ${toast.kind}">
        <span class="text">${toast.text}</span>
        ${toast.action ? html`<button class="act" @click=${() => {
          toast.action?.run();
          toasts.dismiss(toast.id);
        }}>${toast.action.label}</button>` : nothing}
        <button aria-label=${t('toast.dismiss')} @click=${() => toasts.dismiss(toast.id)}>${icons.close}</button>
      </div>`)}
    </div>`;
  }
}

define(NAME, LmToasts);

/** Put the layer on the page unless it is there. Into the body: hosts hide what they build their pages in. */
export function ensureToasts() {
  if (!document.querySelector(NAME)) {
    document.body.append(document.createElement(NAME));
  }
}
