/** Base classes of our components. */

import { getSession } from '../core/session.js';
import { StoreController } from '../core/store.js';
import { css, LitElement } from '../vendor/lit.js';
import { controls } from './controls.js';
import { FitHeight } from './fit-height.js';
import './lm-veil.js';
import { refreshTheme, themeSheet } from './theme.js';

/** @typedef {import('../vendor/lit.js').CSSResultOrNative} Style */

/**
 * The same module under two addresses (a redirect, another ?v=) would define its element twice: the first stays.
 * @param {string} name
 * @param {CustomElementConstructor} element
 */
export function define(name, element) {
  if (!customElements.get(name)) {
    customElements.define(name, element);
  }
}

/** A component inside one of our mounts. */
export class LmElement extends LitElement {
  constructor() {
    super();
    this.session = getSession();
  }

  /**
   * Draw again whenever one of these stores changes.
   * @param {import('../core/store.js').Store<any>[]} stores
   */
  watch(...stores) {
    stores.forEach((store) => new StoreController(this, store));
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  emit(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /**
   * @template {Element} [E=HTMLElement]
   * @param {string} selector
   * @returns {E|null}
   */
  find(selector) {
    return /** @type {E|null} */ (this.renderRoot.querySelector(selector));
  }
}

const mountStyles = css`
  :host {
    display: block;
    position: relative;
    height: var(--lm-height, 640px);
    contain: layout style;
    container-type: inline-size;
    background: var(--lm-bg);
    color: var(--lm-text);
    font: 400 13px/20px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
    font-variant-numeric: tabular-nums;
    text-align: left;
    letter-spacing: normal;
  }
  :host([fill]) {
    height: 100%;
  }
  :host([hidden]) {
    display: none;
  }
`;

/**
 * A component that stands on a page of its own right: a tab in a host, or our shell. It brings the theme, takes the
 * height that is left, and keeps its keys from the host, whose hotkeys would act on them (in SDNext Ctrl+D deletes an
 * image).
 */
export class MountElement extends LmElement {
  /** @param {...Style} own @returns {Style[]} */
  static mountStyles(...own) {
    return [themeSheet(), mountStyles, controls, ...own];
  }

  constructor() {
    super();
    this.fitHeight = new FitHeight(this);
    this.addEventListener('keydown', (event) => event.stopPropagation());
  }

  /** @override The veil lies over whatever the component draws, and is no part of it. */
  createRenderRoot() {
    const root = super.createRenderRoot();
    const veil = document.createElement('lm-veil');
    root.append(veil);
    this.renderOptions.renderBefore = veil;
    return root;
  }

  /**
   * Where messages may stand, in the window: along its lower edge, or along its upper one where `top` is told.
   * @returns {{left: number, right: number, bottom: number, top?: number}}
   */
  get messageArea() {
    const { left, right, bottom } = this.getBoundingClientRect();
    return { left, right, bottom };
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    refreshTheme();
    this.session.start();
  }
}
