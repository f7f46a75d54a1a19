/**
 * One value: read quietly, edited in its place. A click, Enter or F2 opens it; Enter or leaving it saves, Esc takes
 * back what was typed. What could not be saved stays in the box.
 */

import { readNumber } from '../core/format.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { editStyles } from './edit-styles.js';
import { whenReleased } from './leaving.js';
import './lm-combo.js';
import '../strings/detail.js';

/**
 * @import {Option, LmCombo} from './lm-combo.js'
 * @import {Outcome} from './editing.js'
 */

/** @typedef {'line'|'text'|'whole'|'combo'} Kind */

export class LmField extends LmElement {
  static properties = {
    label: {}, value: {}, kind: {}, placeholder: {}, shown: { attribute: false }, options: { attribute: false },
    save: { attribute: false },
  };

  static styles = [controls, editStyles];

  #editing = false;
  #saving = false;
  #began = '';
  /** @type {(value: string) => Promise<Outcome>} */
  #save = () => Promise.resolve('same');

  constructor() {
    super();
    this.label = '';
    this.value = '';
    /** @type {Kind} */
    this.kind = 'line';
    this.placeholder = '';
    /** @type {unknown} what is read, where that is more than the value */
    this.shown = undefined;
    /** @type {(begins: string) => Promise<Option[]>|Option[]} */
    this.options = () => [];
    /** @type {(value: string) => Promise<Outcome>} */
    this.save = () => Promise.resolve('same');
  }

  /** @returns {HTMLInputElement|HTMLTextAreaElement|LmCombo|null} */
  get #box() {
    return this.find('input, textarea, lm-combo');
  }

  async edit() {
    this.#editing = true;
    this.#began = this.value; // What somebody else does meanwhile must not undo typing,
    this.#save = this.save; // and is compared with what the user saw when they began.
    this.requestUpdate();
    await this.updateComplete;
    const box = this.#box;
    if (box) {
      await /** @type {Partial<LmCombo>} */ (box).updateComplete;
      box.focus();
      if (!(box instanceof HTMLTextAreaElement)) {
        box.select();
      }
    }
  }

  /** @param {boolean} [focus] whether the keyboard stays here */
  async #close(focus = false) {
    this.#editing = false;
    this.requestUpdate();
    await this.updateComplete;
    if (focus) {
      /** @type {HTMLElement|null} */ (this.find('.value'))?.focus();
    }
  }

  /** @param {string} text @param {boolean} [focus] */
  async #commit(text, focus = false) {
    if (!this.#editing || this.#saving) {
      return;
    }
    const value = this.kind === 'text' ? text.trimEnd() : text.trim();
    if (this.kind === 'whole' && value !== '' && !Number.isInteger(readNumber(value))) {
      void this.#close(focus);
      return;
    }
    this.#saving = true;
    const outcome = await this.#save(value);
    this.#saving = false;
    if (outcome !== 'failed') {
      await this.#close(focus);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const plain = !event.isComposing && (this.kind !== 'text' || event.ctrlKey || event.metaKey);
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      void this.#close(true);
    } else if (event.key === 'Enter' && plain && this.kind !== 'combo') {
      event.preventDefault();
      void this.#commit(/** @type {HTMLInputElement} */ (event.target).value, true);
    }
  }

  /**
   * Another window took the keyboard: the user is not done yet.
   * @param {FocusEvent & {target: HTMLInputElement}} event
   */
  #leave({ target }) {
    if (this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== target) {
      whenReleased(() => void this.#commit(target.value));
    }
  }

  /** @override */
  render() {
    return this.#editing ? this.#editor() : this.#reading();
  }

  #reading() {
    const { label, value, shown, placeholder } = this;
    const name = t('edit.edit', { name: label });
    return html`<button class="value ${value === '' ? 'none' : ''}" title=${name} aria-label=${`${label}: ${value || placeholder}. ${name}`}
      @click=${() => void this.edit()} @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === 'F2' && void this.edit()}
      >${value === '' ? placeholder : shown ?? value}${icons.pencil}</button>`;
  }

  #editor() {
    const { label, kind, placeholder } = this;
    const value = this.#began;
    if (kind === 'combo') {
      return html`<lm-combo .label=${label} .value=${value} .placeholder=${placeholder} .options=${this.options}
        @keydown=${this.#key} @choose=${(/** @type {CustomEvent<{value: string}>} */ event) => void this.#commit(event.detail.value, true)}
        @focusout=${(/** @type {FocusEvent} */ event) => this.#leaveCombo(event)}></lm-combo>`;
    }
    if (kind === 'text') {
      return html`<textarea class="field" rows="3" aria-label=${label} placeholder=${placeholder} .value=${value}
        @keydown=${this.#key} @blur=${this.#leave}></textarea>`;
    }
    return html`<input class="field tight" type="text" inputmode=${kind === 'whole' ? 'numeric' : nothing} autocomplete="off"
      aria-label=${label} placeholder=${placeholder} .value=${value} @keydown=${this.#key} @blur=${this.#leave}>`;
  }

  /** @param {FocusEvent} event */
  #leaveCombo({ currentTarget }) {
    const combo = /** @type {LmCombo} */ (currentTarget);
    if (combo.shadowRoot?.activeElement === null) {
      whenReleased(() => void this.#commit(combo.text));
    }
  }
}

define('lm-field', LmField);
