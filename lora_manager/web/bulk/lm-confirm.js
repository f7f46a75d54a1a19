/** One question before something that destroys, and what went wrong afterwards. */

import { define } from '../ui/element.js';
import { css, html, nothing } from '../vendor/lit.js';
import { t } from '../strings.js';
import { LmDialog } from './dialog.js';

/**
 * @import {Chosen, BulkAction} from '../core/types-changes.js'
 * @import {Problem} from '../core/bulk.js'
 */

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text
 * @property {string} [which] what it is about, by name
 * @property {string[]} [lines] the files that it is about
 * @property {string} [warning]
 * @property {boolean} [checked] whether what can be asked for besides is asked for at first
 * @property {string} button
 * @property {boolean} [danger]
 * @property {string} [check] something that can be asked for besides
 * @property {{selection: Chosen, action: BulkAction, params?: Record<string, any>}} [paths] what it would do with each
 * @property {string} [pathsTitle]
 */

/** @extends {LmDialog<{checked: boolean}>} */
export class LmConfirm extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    summary { cursor: pointer; color: var(--lm-accent-text); padding: 2px 0; }
    lm-paths { margin-top: 8px; }
    .lines { font-size: 12px; overflow-wrap: anywhere; }
  `);

  constructor() {
    super();
    /** @type {Question} */
    this.question = { title: '', text: '', button: '' };
    this.checked = false;
    this.unfolded = false;
  }

  /** @override */
  get heading() {
    return this.question.title;
  }

  /** @override */
  get wide() {
    return this.unfolded;
  }

  /** @override */
  get button() {
    const { button: label, danger = false } = this.question;
    return { label, danger };
  }

  /** @override */
  submit() {
    this.close({ checked: this.checked });
  }

  /** @override */
  content() {
    const { text, which, lines = [], warning, check, paths, pathsTitle } = this.question;
    return html`${which ? html`<p><b>${which}</b></p>` : nothing}<p>${text}</p>
      ${lines.length > 0 ? html`<ul class="lines">${lines.map((line) => html`<li>${line}</li>`)}</ul>` : nothing}
      ${warning ? html`<p class="warn">${warning}</p>` : nothing}
      ${check ? html`<label class="check"><input type="checkbox" .checked=${this.checked}
        @change=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => {
          this.checked = target.checked;
          this.requestUpdate();
        }}><span>${check}</span></label>` : nothing}
      ${paths ? html`<details @toggle=${(/** @type {Event & {target: HTMLDetailsElement}} */ { target }) => void this.#unfold(target.open)}>
        <summary>${pathsTitle}</summary>
        ${this.unfolded ? html`<lm-paths .selection=${paths.selection} .action=${paths.action}
          .params=${{ ...paths.params, ...(check ? { replace: this.checked } : {}) }}></lm-paths>` : nothing}
      </details>` : nothing}`;
  }

  /** @param {boolean} open */
  async #unfold(open) {
    await this.session.need(import('./lm-paths.js')).catch(() => {});
    this.unfolded = open;
    this.requestUpdate();
  }
}

define('lm-confirm', LmConfirm);

/** @extends {LmDialog<never>} */
export class LmProblemList extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    ul { border-top: 1px solid var(--lm-line); }
    li { display: grid; padding: 8px 0; border-bottom: 1px solid var(--lm-line); overflow-wrap: anywhere; }
    b { font-weight: 600; }
  `);

  constructor() {
    super();
    this.title_ = '';
    /** @type {Problem[]} */
    this.problems = [];
    this.count = 0;
  }

  /** @override */
  get heading() {
    return this.title_;
  }

  /** @override */
  content() {
    const more = this.count - this.problems.length;
    return html`<ul>${this.problems.map(({ name, why }) => html`<li><b>${name}</b><span class="dim">${why}</span></li>`)}</ul>
      ${more > 0 ? html`<p class="dim">${t('bulk.more_problems', { n: more })}</p>` : nothing}`;
  }
}

define('lm-problem-list', LmProblemList);

/** @param {Question} question @returns {Promise<{checked: boolean}|null>} null: no */
export function confirm(question) {
  const dialog = new LmConfirm();
  dialog.question = question;
  dialog.checked = question.checked ?? false;
  return dialog.ask();
}

/** @param {string} title @param {Problem[]} problems @param {number} count */
export function tellProblems(title, problems, count) {
  const dialog = new LmProblemList();
  Object.assign(dialog, { title_: title, problems, count });
  void dialog.ask();
}
