/** The tags of a LoRA: chips that find their like, and on request a list to change. Events: tag {tag}. */

import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { editStyles } from './edit-styles.js';
import { whenReleased } from './leaving.js';
import { splitWords, withWords } from './word-lists.js';
import { wordStyles } from './words.js';
import './lm-combo.js';
import '../strings/detail.js';

/**
 * @import {LmCombo, Option} from './lm-combo.js'
 * @import {Outcome} from './editing.js'
 */

export class LmTags extends LmElement {
  static properties = { tags: { attribute: false }, save: { attribute: false } };

  static styles = [controls, wordStyles, editStyles, css`
    .editor { display: grid; gap: 8px; border-radius: 8px; outline: none; }
    .chip.find:hover { background: color-mix(in srgb, var(--lm-text) 14%, var(--lm-raise)); }
    .chip.held { padding-right: 2px; }
    .chip .take { display: grid; place-items: center; width: 20px; height: 20px; border-radius: 50%; color: var(--lm-dim); }
    .chip .take:hover { background: var(--lm-panel); color: var(--lm-text); }
    .chip .take svg { width: 12px; height: 12px; }
    .foot { display: flex; align-items: center; gap: 8px; }
    @media (pointer: coarse) { .chip { min-height: 32px; } .chip .take { width: 28px; height: 28px; } }
  `];

  #saving = false;
  /** @type {(tags: string[]) => Promise<Outcome>} */
  #save = () => Promise.resolve('same');

  constructor() {
    super();
    /** @type {string[]} */
    this.tags = [];
    /** @type {(tags: string[]) => Promise<Outcome>} */
    this.save = () => Promise.resolve('same');
    /** @type {string[]|null} as they are being changed */
    this.draft = null;
  }

  get #combo() {
    return /** @type {LmCombo|null} */ (this.find('lm-combo'));
  }

  async edit() {
    if (!this.draft) {
      this.draft = [...this.tags];
      this.#save = this.save; // What somebody else does meanwhile is compared with what the user saw.
    }
    this.requestUpdate();
    await this.updateComplete;
    await this.#combo?.updateComplete;
    this.#combo?.focus();
  }

  /** @param {string} begins @returns {Promise<Option[]>} the library's tags, without those that are there */
  async #options(begins) {
    const { values } = await this.session.api.facetValues({ of: 'tag', begins });
    const there = new Set((this.draft ?? []).map((tag) => tag.toLowerCase()));
    return values.filter(({ value }) => value && !there.has(value.toLowerCase()))
      .map(({ value, count }) => ({ value, detail: String(count) }));
  }

  /** @param {string[]} tags */
  #change(tags) {
    this.draft = tags;
    this.requestUpdate();
  }

  /** @param {string} text */
  #add(text) {
    const words = splitWords(text);
    if (words.length === 0) {
      void this.#commit(true); // Enter in the empty box: done.
    } else {
      this.#change(withWords(this.draft ?? [], words));
      this.#combo?.clear();
    }
  }

  /** @param {boolean} [focus] */
  async #commit(focus = false) {
    if (!this.draft || this.#saving) {
      return;
    }
    const tags = withWords(this.draft, splitWords(this.#combo?.text ?? ''));
    this.#saving = true;
    const outcome = await this.#save(tags);
    this.#saving = false;
    if (outcome === 'failed') {
      this.#change(tags);
      this.#combo?.clear();
    } else {
      await this.#close(focus);
    }
  }

  /** @param {boolean} [focus] */
  async #close(focus = false) {
    this.draft = null;
    this.requestUpdate();
    await this.updateComplete;
    if (focus) {
      /** @type {HTMLElement|null} */ (this.find('.chip, .value'))?.focus();
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      void this.#close(true);
    } else if (event.key === 'Backspace' && this.#combo?.text === '' && this.draft?.length) {
      this.#change(this.draft.slice(0, -1));
    } else if (event.key === ',' && this.#combo?.text.trim()) {
      event.preventDefault();
      this.#add(this.#combo.text);
    }
  }

  /** @param {ClipboardEvent} event a list is taken apart */
  #paste(event) {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (/[,;\n]/.test(text)) {
      event.preventDefault();
      this.#add(`${this.#combo?.text ?? ''}${text}`);
    }
  }

  /** @param {FocusEvent} event */
  #leave(event) {
    const to = /** @type {Node|null} */ (event.relatedTarget);
    const stays = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== null;
    if (!stays && !(to && this.renderRoot.contains(to))) {
      whenReleased(() => void this.#commit());
    }
  }

  /** @override */
  render() {
    return this.draft ? this.#editor(this.draft) : this.#reading();
  }

  #reading() {
    return html`<div class="words">
      ${this.tags.map((tag) => html`<button class="chip find" title=${t('detail.find_tag', { name: tag })}
        @click=${() => this.emit('tag', { tag })}>${tag}</button>`)}
      ${this.tags.length > 0 ? nothing : html`<button class="value none" @click=${() => void this.edit()}>${t('edit.add_tags')}${icons.pencil}</button>`}
    </div>`;
  }

  /** @param {string[]} draft */
  #editor(draft) {
    return html`<div class="editor" tabindex="-1" role="group" aria-label=${t('edit.tags')} @keydown=${this.#key}
      @paste=${this.#paste} @focusout=${this.#leave}>
      ${draft.length > 0 ? html`<div class="words">${draft.map((tag, index) => html`<span class="chip held">${tag}<button class="take"
        aria-label=${t('edit.remove', { name: tag })} title=${t('edit.remove', { name: tag })}
        @click=${() => this.#take(draft, index)}>${icons.close}</button></span>`)}</div>` : nothing}
      <lm-combo .label=${t('edit.add_tags')} .placeholder=${t('edit.tags_placeholder')} .options=${(/** @type {string} */ begins) => this.#options(begins)}
        @choose=${(/** @type {CustomEvent<{value: string}>} */ event) => this.#add(event.detail.value)}></lm-combo>
      <div class="foot"><button class="btn tiny" @click=${() => void this.#commit(true)}>${t('edit.done')}</button>
        <span class="dim small">${t('edit.escape')}</span></div>
    </div>`;
  }

  /**
   * The box has the keyboard again, else leaving the button that is gone would be leaving.
   * @param {string[]} draft
   * @param {number} index
   */
  #take(draft, index) {
    this.#combo?.focus();
    this.#change(draft.filter((_, at) => at !== index));
  }
}

define('lm-tags', LmTags);
