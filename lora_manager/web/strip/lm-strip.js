/** The adapters of the present prompt as chips: picture, name, weight, take out. Beside every prompt box. */

import * as format from '../core/format.js';
import { removeAdapter } from '../core/actions.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';

/** @import {InPrompt} from '../core/prompt.js' */

const STEP = 0.05;

export class LmStrip extends LmElement {
  static styles = [
    controls,
    thumbStyles,
    css`
      :host { display: block; min-width: 0; }
      ul { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
      :host([row]) ul { flex-wrap: nowrap; overflow-x: auto; scrollbar-width: none; padding: 3px; margin: -3px; }
      li {
        display: flex;
        align-items: center;
        gap: 4px;
        flex: none;
        max-width: 100%;
        height: 36px;
        padding: 0 2px 0 3px;
        border-radius: 8px;
        background: var(--lm-raise);
      }
      .open { display: flex; align-items: center; gap: 8px; min-width: 0; border-radius: 6px; }
      .open:hover .label { text-decoration: underline; text-underline-offset: 2px; }
      .open:disabled { opacity: 1; }
      .label { max-width: 180px; }
      .missing { background: color-mix(in srgb, var(--lm-bad) 14%, var(--lm-panel)); }
      .missing .label { color: var(--lm-bad); }
      .step { width: 20px; height: 28px; display: grid; place-items: center; color: var(--lm-dim); border-radius: 4px; }
      .step:hover { color: var(--lm-text); background: var(--lm-panel); }
      .step svg { width: 12px; }
      .weight {
        width: 40px;
        height: 28px;
        border: 0;
        border-radius: 4px;
        padding: 0;
        background: none;
        text-align: center;
        font-weight: 600;
      }
      .weight:hover { background: var(--lm-panel); }
      .empty { color: var(--lm-dim); }
      @media (pointer: coarse) { .step { width: 28px; } }
    `,
  ];

  constructor() {
    super();
    this.watch(this.session.prompt, this.session.cards);
  }

  /** @override */
  render() {
    const { adapters } = this.session.prompt.state;
    if (adapters.length === 0) {
      return html`<div class="empty clip">${t('strip.empty')}</div>`;
    }
    return html`<ul aria-label=${t('strip.label')}>
      ${repeat(adapters, (adapter, index) => `${adapter.tagName} ${index}`, (adapter, index) => this.#chip(adapter, index))}
    </ul>`;
  }

  /** @param {InPrompt} adapter @param {number} index */
  #chip(adapter, index) {
    const card = this.session.cards.get(adapter.id);
    const missing = adapter.known === false || card?.state === 'missing';
    const name = card?.name ?? adapter.name;
    const label = missing ? t('strip.not_installed', { name }) : name;
    return html`<li class=${missing ? 'missing' : ''}>
      <button class="open" title=${label} ?disabled=${adapter.id === null} @click=${() => this.#open(adapter)}>
        ${missing && !card ? html`<span class="bad">${icons.warn}</span>` : thumb(this.session, card ?? adapter)}
        <span class="label clip">${label}</span>
      </button>
      ${missing ? nothing : this.#weight(adapter, index, name)}
      <button class="step" aria-label=${t('strip.remove', { name })} title=${t('strip.remove', { name })}
        @click=${() => this.#remove(adapter, index, name)}>${icons.close}</button>
    </li>`;
  }

  /** @param {InPrompt} adapter @param {number} index @param {string} name */
  #weight(adapter, index, name) {
    const set = (/** @type {number} */ value) => this.session.prompt.setWeight(index, Math.round(value * 100) / 100);
    return html`<button class="step" aria-label=${t('strip.less', { name })} @click=${() => set(adapter.weight - STEP)}>${icons.minus}</button>
      <input class="weight" type="number" step=${STEP} .value=${format.weight(adapter.weight)}
        aria-label=${t('strip.weight', { name })}
        @change=${(/** @type {Event & {target: HTMLInputElement}} */ event) => {
          if (Number.isFinite(event.target.valueAsNumber)) {
            set(event.target.valueAsNumber);
          } else {
            const box = event.target;
            box.value = format.weight(adapter.weight);
          }
        }}>
      <button class="step" aria-label=${t('strip.more', { name })} @click=${() => set(adapter.weight + STEP)}>${icons.plus}</button>`;
  }

  /** @param {InPrompt} adapter */
  #open(adapter) {
    if (adapter.id !== null) {
      this.session.go('catalogue', { adapter: adapter.id });
    }
  }

  /** @param {InPrompt} adapter @param {number} index @param {string} name */
  #remove(adapter, index, name) {
    if (adapter.id === null) {
      void this.session.prompt.removeAt(index);
    } else {
      void removeAdapter(this.session, { id: adapter.id, name });
    }
  }
}

define('lm-strip', LmStrip);
