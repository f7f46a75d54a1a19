/** Tags for many: which to add, to take off, or to have instead of all. Completed from the library's own. */

import * as format from '../core/format.js';
import { Latest, debounce } from '../core/timing.js';
import { define } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { LmDialog } from './dialog.js';
import { tagsIn, withTags } from './words.js';

/** @import {FacetValue} from '../core/types.js' */

/** @typedef {'add'|'remove'|'replace'} Slot */
/** @typedef {{add: string[], remove: string[]}|{replace: string[]}} TagChange */

const DELAY = 120;
const MOST = 8;

/** @extends {LmDialog<TagChange>} */
export class LmTagsDialog extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    dialog { overflow: visible; --width: 520px; }
    .slot { position: relative; display: grid; gap: 4px; }
    .chips {
      display: flex;
      flex-wrap: wrap;
      gap: 4px;
      padding: 3px 4px;
      border: 1px solid var(--lm-line);
      border-radius: 8px;
      background: var(--lm-bg);
      cursor: text;
      max-height: 128px;
      overflow-y: auto;
    }
    .chips:focus-within { border-color: var(--lm-accent); box-shadow: 0 0 0 1px var(--lm-accent); }
    .chips input { flex: 1 1 120px; min-width: 80px; height: 24px; border: 0; background: none; outline: none; padding: 0 4px; }
    .chips input::placeholder { color: var(--lm-dim); opacity: 1; }
    .chips .chip svg { width: 10px; height: 10px; opacity: 0.7; }
    .chip.remove { text-decoration: line-through; }
    .found {
      position: absolute;
      top: 100%;
      left: 0;
      right: 0;
      z-index: 3;
      margin-top: 4px;
      padding: 4px;
      border: 1px solid var(--lm-line);
      border-radius: 8px;
      background: var(--lm-panel);
      box-shadow: 0 12px 40px rgb(0 0 0 / 0.35);
    }
    .option { display: flex; gap: 8px; align-items: center; min-height: 28px; padding: 0 8px; border-radius: 6px; cursor: pointer; }
    .option:hover, .option[aria-selected='true'] { background: var(--lm-raise); }
    .option[aria-selected='true'] { box-shadow: inset 2px 0 var(--lm-accent); }
    .content.scroll { overflow: visible; }
    @media (pointer: coarse) { .option { min-height: 40px; } }
  `);

  #latest = new Latest();
  #findSoon = debounce(() => void this.#find(), DELAY);

  constructor() {
    super();
    this.count = 0;
    this.replaces = false;
    /** @type {Record<Slot, string[]>} */
    this.tags = { add: [], remove: [], replace: [] };
    /** @type {Slot} */
    this.slot_ = 'add';
    this.text = '';
    /** @type {FacetValue[]} */
    this.found = [];
    this.active = -1;
  }

  /** @override */
  get heading() {
    return t('tags.title', { n: this.count });
  }

  /** @returns {TagChange} with what is typed and not yet taken */
  get #change() {
    const typed = tagsIn(this.text);
    const with_ = (/** @type {Slot} */ slot) => withTags(this.tags[slot], slot === this.slot_ ? typed : []);
    return this.replaces ? { replace: with_('replace') } : { add: with_('add'), remove: with_('remove') };
  }

  /** @override */
  get button() {
    const change = this.#change;
    const disabled = 'add' in change && change.add.length + change.remove.length === 0;
    return { label: t('tags.go', { n: this.count }), disabled, danger: 'replace' in change };
  }

  /** @override */
  submit() {
    this.close(this.#change);
  }

  async #find() {
    const begins = tagsIn(this.text).at(-1) ?? '';
    if (begins === '') {
      this.#shut();
      return;
    }
    try {
      const answer = await this.#latest.run((signal) => this.session.api.facetValues({ of: 'tag', begins }, signal));
      if (answer) {
        const taken = this.tags[this.slot_];
        this.found = answer.values.filter(({ value }) => !taken.includes(value)).slice(0, MOST);
        this.active = -1;
        this.requestUpdate();
      }
    } catch {
      this.#shut(); // Only an aid.
    }
  }

  #shut() {
    this.#findSoon.cancel();
    this.#latest.cancel();
    this.found = [];
    this.active = -1;
    this.requestUpdate();
  }

  /** @param {Slot} slot @param {string[]} more */
  #take(slot, more) {
    this.tags = { ...this.tags, [slot]: withTags(this.tags[slot], more) };
    this.text = '';
    this.#shut();
  }

  /** @param {Slot} slot @param {string} tag */
  #drop(slot, tag) {
    this.tags = { ...this.tags, [slot]: this.tags[slot].filter((one) => one !== tag) };
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether it takes over what is typed or chosen */
  #takes({ key }) {
    return this.active >= 0 ? /^(Enter|,|;|Tab)$/.test(key) : /^(Enter|,|;)$/.test(key) && this.text.trim() !== '';
  }

  /** @param {KeyboardEvent} event @param {Slot} slot */
  #key(event, slot) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const last = this.tags[slot].at(-1);
    const places = this.found.length + 1;
    if (step && places > 1) {
      this.active = ((this.active + 1 + step + places) % places) - 1;
      this.requestUpdate();
    } else if (event.key === 'Escape' && places > 1) {
      this.#shut();
    } else if (this.#takes(event)) {
      this.#take(slot, this.active >= 0 ? [this.found[this.active].value] : tagsIn(this.text));
    } else if (event.key === 'Backspace' && this.text === '' && last !== undefined) {
      this.#drop(slot, last);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @override */
  content() {
    const mode = (/** @type {boolean} */ replaces, /** @type {string} */ text) => html`<button type="button" class="btn" role="radio"
      aria-checked=${this.replaces === replaces} @click=${() => {
        this.replaces = replaces;
        this.slot_ = replaces ? 'replace' : 'add';
        this.text = '';
        this.#shut();
      }}>${text}</button>`;
    return html`<div class="choice" role="radiogroup" aria-label=${t('tags.mode')}>${mode(false, t('tags.change'))}${mode(true, t('tags.replace'))}</div>
      ${this.replaces ? this.#slot('replace', t('tags.only')) : html`${this.#slot('add', t('tags.add'))}${this.#slot('remove', t('tags.remove'))}`}
      ${this.replaces ? html`<p class="warn small">${t(this.tags.replace.length + this.text.trim().length === 0 ? 'tags.none_warn' : 'tags.replace_warn')}</p>` : nothing}`;
  }

  /** @param {Slot} slot @param {string} label */
  #slot(slot, label) {
    const here = slot === this.slot_;
    const found = here ? this.found : [];
    return html`<div class="slot"><span class="caption" id="label-${slot}">${label}</span>
      <div class="chips" @click=${() => this.find(`#input-${slot}`)?.focus()}>
        ${repeat(this.tags[slot], (tag) => tag, (tag) => html`<button type="button" class="chip ${slot}" title=${t('tags.drop', { name: tag })}
          aria-label=${t('tags.drop', { name: tag })} @click=${() => this.#drop(slot, tag)}>${tag}${icons.close}</button>`)}
        <input id="input-${slot}" type="text" autocomplete="off" spellcheck="false" role="combobox" aria-labelledby="label-${slot}"
          ?data-first=${slot !== 'remove'} aria-expanded=${found.length > 0} aria-controls="found-${slot}" aria-autocomplete="list"
          aria-activedescendant=${here && this.active >= 0 ? `option-${this.active}` : ''} maxlength="200"
          placeholder=${this.tags[slot].length === 0 ? t('tags.placeholder') : ''} .value=${here ? this.text : ''}
          @focus=${() => this.#enter(slot)} @keydown=${(/** @type {KeyboardEvent} */ event) => this.#key(event, slot)}
          @input=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => {
            this.text = target.value;
            this.#findSoon();
            this.requestUpdate();
          }}>
      </div>
      ${found.length > 0 ? html`<div class="found" role="listbox" id="found-${slot}" aria-label=${t('tags.suggested')}>${found.map(({ value, count }, index) => html`<div
        class="option" role="option" id="option-${index}" aria-selected=${index === this.active}
        @pointerdown=${(/** @type {Event} */ event) => {
          event.preventDefault(); // The focus stays in the box.
          this.#take(slot, [value]);
        }}><span class="grow clip">${value}</span><span class="dim small">${format.count(count)}</span></div>`)}</div>` : nothing}
    </div>`;
  }

  /** What was typed in the other box is taken there. @param {Slot} slot */
  #enter(slot) {
    if (slot !== this.slot_) {
      if (this.text.trim()) {
        this.#take(this.slot_, tagsIn(this.text));
      }
      this.slot_ = slot;
      this.#shut();
    }
  }
}

define('lm-tags-dialog', LmTagsDialog);
