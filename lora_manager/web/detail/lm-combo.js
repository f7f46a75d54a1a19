/** A box for one value, free text, with the known ones to choose from. Events: choose {value}. */

import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { debounce, Latest } from '../core/timing.js';
import { css, html, live, nothing } from '../vendor/lit.js';

/** @typedef {{value: string, label?: string, detail?: string}} Option */

const DELAY = 120;
const MOST = 40;

export class LmCombo extends LmElement {
  static properties = { label: {}, value: {}, placeholder: {}, options: { attribute: false } };

  static styles = [controls, css`
    :host { position: relative; display: block; min-width: 0; }
    .list {
      position: absolute;
      z-index: 5;
      top: calc(100% + 4px);
      left: 0;
      min-width: 100%;
      max-width: 300px;
      max-height: 232px;
      padding: 4px;
      border: 1px solid var(--lm-line-strong);
      border-radius: 8px;
      background: var(--lm-panel);
      box-shadow: 0 8px 24px rgb(0 0 0 / 0.25);
    }
    .list li { display: flex; gap: 12px; padding: 4px 8px; border-radius: 6px; cursor: pointer; }
    .list li:hover { background: var(--lm-raise); }
    .list li.active { background: color-mix(in srgb, var(--lm-accent) 22%, var(--lm-panel)); }
    .list .number { color: var(--lm-dim); }
    @media (pointer: coarse) { .list li { padding: 8px; } }
  `];

  #latest = new Latest();
  #soon = debounce(() => void this.#ask(), DELAY);
  #left = false;

  constructor() {
    super();
    this.label = '';
    this.value = '';
    this.placeholder = '';
    /** @type {(begins: string) => Promise<Option[]>|Option[]} */
    this.options = () => [];
    /** @type {Option[]} */
    this.items = [];
    this.active = -1;
    /** Whether the user typed: before, all there is is offered. */
    this.typed = false;
  }

  get input() {
    return /** @type {HTMLInputElement} */ (this.find('input'));
  }

  get text() {
    return this.input?.value ?? this.value;
  }

  /** @override */
  focus() {
    void this.updateComplete.then(() => this.input?.focus());
  }

  select() {
    this.input?.select();
  }

  clear() {
    this.value = '';
    this.typed = false;
    if (this.input) {
      this.input.value = '';
    }
    this.#show([]);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#soon.cancel();
    this.#latest.cancel();
  }

  /** @param {Option[]} items */
  #show(items) {
    this.items = items.slice(0, MOST);
    this.active = -1;
    this.requestUpdate();
  }

  async #ask() {
    const begins = this.typed ? this.text.trim() : '';
    try {
      const items = await this.#latest.run(async () => this.options(begins));
      if (items && !this.#left) {
        this.#show(items);
      }
    } catch {
      this.#show([]); // What is typed can be taken all the same.
    }
  }

  #typing() {
    this.typed = true;
    this.#left = false;
    this.#soon();
  }

  /** @param {string} value */
  #choose(value) {
    this.#left = true;
    this.#soon.cancel();
    this.#show([]);
    this.emit('choose', { value });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { items } = this;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      if (items.length === 0) {
        this.#left = false;
        void this.#ask();
      } else {
        this.active = (this.active + by + items.length + (this.active < 0 && by < 0 ? 1 : 0)) % items.length;
        this.requestUpdate();
      }
    } else if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      this.#choose(items[this.active]?.value ?? this.text);
    } else if (event.key === 'Escape' && items.length > 0) {
      event.preventDefault();
      event.stopPropagation();
      this.#left = true;
      this.#show([]);
    }
  }

  /** @override */
  updated() {
    this.find('.active')?.scrollIntoView({ block: 'nearest' });
  }

  /** @override */
  render() {
    const { items, active } = this;
    const open = items.length > 0;
    return html`<input class="field" role="combobox" autocomplete="off" spellcheck="false" aria-label=${this.label}
        aria-expanded=${open} aria-autocomplete="list" aria-controls="list" placeholder=${this.placeholder}
        aria-activedescendant=${active >= 0 ? `option-${active}` : nothing} .value=${live(this.input?.value ?? this.value)}
        @input=${() => this.#typing()} @keydown=${this.#key}
        @focus=${() => this.#open()} @click=${() => this.#open()} @blur=${() => this.#leave()}>
      <ul class="list scroll" id="list" role="listbox" aria-label=${this.label} ?hidden=${!open}>${items.map((item, index) => html`<li
        role="option" id="option-${index}" class=${index === active ? 'active' : ''} aria-selected=${index === active}
        @mousedown=${(/** @type {Event} */ event) => event.preventDefault()} @click=${() => this.#choose(item.value)}
        ><span class="grow">${item.label ?? item.value}</span>${item.detail ? html`<span class="number">${item.detail}</span>` : nothing}</li>`)}</ul>`;
  }

  #open() {
    if (this.items.length === 0) {
      this.#left = false;
      void this.#ask();
    }
  }

  #leave() {
    this.#left = true;
    this.#soon.cancel();
    this.#show([]);
  }
}

define('lm-combo', LmCombo);
