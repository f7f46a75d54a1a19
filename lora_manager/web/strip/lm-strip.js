/** The adapters of the present prompt as chips: picture, name, weight, take out. Beside every prompt box. */

import { removeAdapter } from '../core/actions.js';
import { shownOf } from '../core/fits.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { weightInput, weightStyles } from '../ui/weight-field.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { renamedButton } from './renamed.js';

/** @import {InPrompt} from '../core/prompt.js' */

const STEP = 0.05;
const FADE = 28;

export class LmStrip extends LmElement {
  static styles = [
    controls,
    thumbStyles,
    weightStyles,
    css`
      :host { display: block; min-width: 0; }
      ul { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
      :host([row]) ul {
        flex-wrap: nowrap;
        overflow-x: auto;
        scrollbar-width: none;
        padding: 3px;
        margin: -3px;
        mask-image: linear-gradient(to right, transparent, #000 var(--before, 0px) calc(100% - var(--behind, 0px)), transparent);
      }
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
      .unfit { background: color-mix(in srgb, var(--lm-warn) 20%, var(--lm-panel)); }
      .unfit .open svg { color: var(--lm-warn); }
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

  #seen = new IntersectionObserver((entries) => (
    entries.some((entry) => entry.isIntersecting) && void this.session.readHost()));
  #measure = new ResizeObserver(() => this.#bring());
  /** @type {Set<number>} adapters of the prompt that no list brought, and that were asked for */
  #asked = new Set();
  #tags = /** @type {string[]} */ ([]);
  /** The chip that came last and was not in sight yet, -1 for none. */
  #added = -1;

  constructor() {
    super();
    this.watch(this.session.prompt, this.session.cards, this.session.host);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#seen.observe(this); // The host may have loaded another model since this was last in sight.
    this.#measure.observe(this);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#seen.disconnect();
    this.#measure.disconnect();
  }

  /** @override */
  updated() {
    const { adapters } = this.session.prompt.state;
    const tags = adapters.map(({ tagName }) => tagName);
    const added = tags.findIndex((tag) => !this.#tags.includes(tag));
    this.#tags = tags;
    this.#added = added >= 0 ? added : this.#added;
    this.#bring();
    for (const { id } of adapters) {
      if (id !== null && !this.session.cards.get(id) && !this.#asked.has(id) && this.offsetWidth > 0) {
        this.#asked.add(id);
        this.session.api.adapter(id).then((card) => this.session.cards.changed(card), () => {});
      }
    }
  }

  /** A chip that is new must be seen: at once, or when we are. */
  #bring() {
    const list = this.find('ul');
    const chip = /** @type {HTMLElement|undefined} */ (list?.children[this.#added]);
    if (list && chip && list.clientWidth > 0) {
      const end = chip.offsetLeft + chip.offsetWidth - list.offsetLeft + FADE;
      list.scrollLeft = Math.max(0, end - list.clientWidth);
      this.#added = -1;
    }
    this.#fade();
  }

  /** Where chips go on beyond an edge, they fade there. */
  #fade() {
    const list = this.find('ul');
    if (list) {
      const behind = list.scrollWidth - list.clientWidth - list.scrollLeft;
      list.style.setProperty('--before', `${Math.min(FADE, list.scrollLeft)}px`);
      list.style.setProperty('--behind', `${Math.max(0, Math.min(FADE, behind))}px`);
    }
  }

  /** @override */
  render() {
    const { adapters } = this.session.prompt.state;
    if (adapters.length === 0) {
      return html`<div class="empty clip">${t('strip.empty')}</div>`;
    }
    return html`<ul aria-label=${t('strip.label')} @scroll=${() => this.#fade()} @wheel=${this.#wheel}>
      ${repeat(adapters, (adapter, index) => `${adapter.tagName} ${index}`, (adapter, index) => this.#chip(adapter, index))}
    </ul>`;
  }

  /** A wheel that only turns up and down moves the row too. @param {WheelEvent & {currentTarget: HTMLElement}} event */
  #wheel(event) {
    const { currentTarget: list, deltaX, deltaY } = event;
    if (deltaX === 0 && list.scrollWidth > list.clientWidth) {
      event.preventDefault();
      list.scrollLeft += deltaY;
    }
  }

  /** @param {InPrompt} adapter @param {number} index */
  #chip(adapter, index) {
    const { card, missing, name, unfit, label, title } = shownOf(this.session, adapter);
    return html`<li class=${missing ? 'missing' : unfit && 'unfit'}>
      <button class="open" title=${title} ?disabled=${adapter.id === null} @click=${() => this.#open(adapter)}>
        ${missing && !card ? html`<span class="bad">${icons.warn}</span>` : thumb(this.session, card ?? adapter)}
        <span class="label clip">${label}</span>
        ${unfit ? icons.warn : nothing}
      </button>
      ${renamedButton(this.session, adapter)}
      ${missing ? nothing : this.#weight(adapter, index, name)}
      <button class="step" aria-label=${t('strip.remove', { name })} title=${t('strip.remove', { name })}
        @click=${() => this.#remove(adapter, index, name)}>${icons.close}</button>
    </li>`;
  }

  /** @param {InPrompt} adapter @param {number} index @param {string} name */
  #weight(adapter, index, name) {
    const set = (/** @type {number} */ value) => this.session.prompt.setWeight(index, Math.round(value * 100) / 100);
    return html`<button class="step" aria-label=${t('strip.less', { name })}
      title=${t('strip.less', { name })} @click=${() => set(adapter.weight - STEP)}>${icons.minus}</button>
      ${weightInput(this.session, adapter.weight, t('strip.weight', { name }), set, 'weight')}
      <button class="step" aria-label=${t('strip.more', { name })}
        title=${t('strip.more', { name })} @click=${() => set(adapter.weight + STEP)}>${icons.plus}</button>`;
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
