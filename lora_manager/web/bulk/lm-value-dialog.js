/** One value for many: base model, NSFW level, order; or fields given back to what the records say. */

import { fieldName } from '../core/change-words.js';
import { readNumber } from '../core/format.js';
import { LEVELS, levelBits, turnedLevel } from '../core/levels.js';
import { define } from '../ui/element.js';
import { t } from '../strings.js';
import { css, html } from '../vendor/lit.js';
import { LmDialog } from './dialog.js';

/** @typedef {'base_model'|'nsfw_level'|'ordinal'|'reset'} Which */
/** @typedef {{values: Record<string, any>}|{reset: string[]}} ValueChange */

/** Fields of which many can be given back at once. */
const RESETS = /** @type {const} */ ([
  'tags', 'base_model', 'archetype', 'trigger_groups', 'weight', 'negative_text', 'notes', 'name', 'version', 'description',
  'nsfw_level', 'favourite', 'rating', 'ordinal',
]);

/** @extends {LmDialog<ValueChange>} */
export class LmValueDialog extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 8px 16px; }
  `);

  constructor() {
    super();
    this.count = 0;
    /** @type {Which} */
    this.which = 'base_model';
    this.text = '';
    /** @type {number|null} */
    this.level = null;
    /** @type {string[]} */
    this.fields = [];
    /** @type {string[]} base models that there are */
    this.known = [];
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    if (this.which === 'base_model') {
      this.session.api.facets({}).then(({ base_models: models }) => {
        this.known = models.map(({ value }) => value).filter(Boolean);
        this.requestUpdate();
      }, () => {});
    }
  }

  /** @override */
  get heading() {
    return t(`value.${this.which}`, { n: this.count });
  }

  /** @returns {ValueChange|null} null while nothing is said */
  get #change() {
    const text = this.text.trim();
    switch (this.which) {
      case 'reset':
        return this.fields.length > 0 ? { reset: this.fields } : null;
      case 'base_model':
        return text ? { values: { base_model: text } } : null;
      case 'nsfw_level':
        return { values: { nsfw_level: this.level } };
      default: {
        const place = readNumber(text);
        return place !== null && Number.isInteger(place) ? { values: { ordinal: place } } : null;
      }
    }
  }

  /** @override */
  get button() {
    return { label: t(this.which === 'reset' ? 'value.reset_go' : 'value.set', { n: this.count }), disabled: !this.#change };
  }

  /** @override */
  submit() {
    this.close(this.#change);
  }

  /** @override */
  content() {
    const contents = {
      base_model: () => this.#base(),
      nsfw_level: () => this.#level(),
      ordinal: () => this.#place(),
      reset: () => this.#resets(),
    };
    return contents[this.which]();
  }

  #base() {
    return html`<label class="line"><span>${t('value.base_model_label')}</span>
      <input class="field" data-first list="known" maxlength="100" autocomplete="off" .value=${this.text} @input=${this.#typed}></label>
      <datalist id="known">${this.known.map((name) => html`<option value=${name}></option>`)}</datalist>
      <div class="choice">${this.known.slice(0, 8).map((name) => html`<button type="button" class="btn tiny" aria-pressed=${name === this.text}
        @click=${() => {
          this.text = name;
          this.requestUpdate();
        }}>${name}</button>`)}</div>`;
  }

  #typed(/** @type {Event & {target: HTMLInputElement}} */ { target }) {
    this.text = target.value;
    this.requestUpdate();
  }

  #level() {
    const button = (/** @type {boolean} */ on, /** @type {string} */ text, /** @type {number|null} */ next) => html`<button type="button"
      class="btn" aria-pressed=${on} @click=${() => {
        this.level = next;
        this.requestUpdate();
      }}>${text}</button>`;
    return html`<div class="choice" role="group" aria-label=${this.heading}>${button(this.level === null, t('level.none'), null)}
      ${LEVELS.map((bit) => button((levelBits(this.level) & bit) > 0, t(`level.${bit}`), turnedLevel(this.level, bit)))}</div>`;
  }

  #place() {
    return html`<label class="line"><span>${t('value.ordinal_label')}</span>
      <input class="field number" data-first inputmode="numeric" maxlength="7" autocomplete="off" .value=${this.text} @input=${this.#typed}></label>`;
  }

  #resets() {
    return html`<p>${t('value.reset_text')}</p><div class="fields">${RESETS.map((field) => html`<label class="check"><input type="checkbox"
      .checked=${this.fields.includes(field)} @change=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => {
        this.fields = target.checked ? [...this.fields, field] : this.fields.filter((one) => one !== field);
        this.requestUpdate();
      }}><span>${fieldName(field)}</span></label>`)}</div>`;
  }
}

define('lm-value-dialog', LmValueDialog);
