/** Names, or folders and names, by a template: its placeholders as buttons, an example, the dry run of every path. */

import { readPref, writePref } from '../core/prefs.js';
import { define } from '../ui/element.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { LmDialog } from './dialog.js';
import { isUnclosed, PLACEHOLDERS, putIn, unknownIn } from './template.js';
import './lm-paths.js';

/**
 * @import {Chosen} from '../core/types-changes.js'
 * @import {PathItem} from './lm-paths.js'
 */

/** @typedef {{template: string, root_id?: number|null}} TemplateUse */

const FIRST = { rename: '{name}', organise: '{base_model}/{author}/{stem}' };

/** @extends {LmDialog<TemplateUse>} */
export class LmTemplateDialog extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    .field { font-family: ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace; font-size: 12px; }
    .example { display: grid; gap: 2px; padding: 8px 12px; border-radius: 8px; background: var(--lm-raise); min-height: 52px; overflow-wrap: anywhere; }
    .example .to { font-weight: 600; }
  `);

  constructor() {
    super();
    this.count = 0;
    /** @type {Chosen} */
    this.selection = { ids: [] };
    /** @type {'rename'|'organise'} */
    this.action = 'rename';
    this.template = '';
    /** @type {number|null} */
    this.root = null;
    this.moved = 0;
    /** @type {PathItem|null} */
    this.example = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.template ||= String(readPref(`template.${this.action}`, FIRST[this.action]));
  }

  /** @override */
  get wide() {
    return true;
  }

  /** @override */
  get heading() {
    return t(`template.${this.action}`, { n: this.count });
  }

  get #wrong() {
    const [unknown] = unknownIn(this.template);
    if (this.template.trim() === '') {
      return t('template.empty');
    }
    return unknown === undefined ? (isUnclosed(this.template) ? t('template.unclosed') : '') : t('template.unknown', { name: `{${unknown}}` });
  }

  /** @override */
  get button() {
    const { action, moved } = this;
    const label = moved ? t(`template.go_${action}`, { n: moved }) : t(`template.wait_${action}`);
    return { label, disabled: moved === 0 || this.#wrong !== '' };
  }

  get #params() {
    const template = this.template.trim();
    return this.action === 'organise' ? { template, root_id: this.root } : { template };
  }

  /** @override */
  submit() {
    writePref(`template.${this.action}`, this.template.trim());
    this.close(this.#params);
  }

  /** @param {string} name */
  #put(name) {
    const box = /** @type {HTMLInputElement} */ (this.find('input'));
    const { text, caret } = putIn(box.value, box.selectionStart ?? box.value.length, box.selectionEnd ?? box.value.length, name, this.action === 'organise');
    this.template = text;
    this.requestUpdate();
    void this.updateComplete.then(() => {
      box.focus();
      box.setSelectionRange(caret, caret);
    });
  }

  /** @override */
  content() {
    const wrong = this.#wrong;
    const roots = (this.session.library.state.info?.roots ?? []).filter(({ online }) => online);
    return html`<p class="dim">${t(`template.text_${this.action}`, { n: this.count })}</p>
      <label class="line"><span>${t('template.template')}</span><input class="field" data-first autocomplete="off" spellcheck="false"
        maxlength="300" aria-invalid=${wrong !== ''} aria-describedby="wrong" .value=${this.template}
        @input=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => {
          this.template = target.value;
          this.requestUpdate();
        }}></label>
      <div class="choice" role="group" aria-label=${t('template.put')}>${PLACEHOLDERS.map((name) => html`<button type="button" class="btn tiny"
        title=${`{${name}}`} aria-label=${t('template.put_in', { name: t(`template.${name}`) })} @click=${() => this.#put(name)}>${t(`template.${name}`)}</button>`)}</div>
      ${this.action === 'organise' && roots.length > 1 ? html`<label class="line"><span>${t('move.root')}</span><span class="select"><select class="field"
        @change=${(/** @type {Event & {target: HTMLSelectElement}} */ { target }) => {
          this.root = target.value ? Number(target.value) : null;
          this.requestUpdate();
        }}><option value="">${t('move.root_same')}</option>${roots.map(({ id, path }) => html`<option value=${id}>${path}</option>`)}</select></span></label>` : nothing}
      ${wrong ? html`<p class="wrong" id="wrong" role="alert">${wrong}</p>` : html`${this.#example()}
        <lm-paths .selection=${this.selection} action=${this.action} .params=${this.#params} @counting=${this.#counting}
          @counted=${this.#counted}></lm-paths>`}`;
  }

  /** Until it is known what would move, nothing does. */
  #counting() {
    this.moved = 0;
    this.requestUpdate();
  }

  #counted(/** @type {CustomEvent} */ { detail: { total, problems, unchanged, first } }) {
    this.moved = Math.max(0, total - problems - unchanged);
    this.example = first.find((/** @type {PathItem} */ { problem }) => problem === '') ?? null;
    this.requestUpdate();
  }

  #example() {
    return this.example ? html`<div class="example" aria-label=${t('template.example')}><span class="dim small">${this.example.from}</span>
      <span class="to">${this.example.to || this.example.from}</span></div>` : nothing;
  }
}

define('lm-template-dialog', LmTemplateDialog);
