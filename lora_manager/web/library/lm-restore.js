/** The question before a backup is brought back: what changes, and what will happen. */

import { sentence } from '../core/actions.js';
import { compareBackup } from '../core/api-tools.js';
import { LmDialog } from '../bulk/dialog.js';
import { define } from '../ui/element.js';
import { t } from '../strings.js';
import { css, html } from '../vendor/lit.js';
import { differencesText, timeText } from './backup-words.js';

/** @import {Backup, BackupDifferences} from '../core/types-changes.js' */

/** @extends {LmDialog<true>} */
export class LmRestore extends LmDialog {
  static styles = LmDialog.dialogStyles(css`
    ul { margin-top: 4px; display: grid; gap: 4px; }
    li { display: flex; gap: 8px; overflow-wrap: anywhere; }
    li::before { content: '·'; flex: none; color: var(--lm-dim); }
  `);

  constructor() {
    super();
    /** @type {Backup|null} */
    this.backup = null;
    /** @type {BackupDifferences|null} */
    this.found = null;
    this.error = '';
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.#compare();
  }

  async #compare() {
    try {
      this.found = await compareBackup(this.session.api, this.backup?.name ?? '');
    } catch (error) {
      this.error = sentence(error);
    }
    this.requestUpdate();
  }

  /** @override */
  get heading() {
    return this.backup ? t('restore.title', { time: timeText(this.backup) }) : '';
  }

  /** @override */
  get button() {
    return { label: t('restore.go'), danger: true, disabled: this.found === null };
  }

  /** @override */
  submit() {
    this.close(true);
  }

  /** @override */
  content() {
    if (this.error) {
      return html`<p class="bad" role="alert">${this.error}</p>`;
    }
    const happens = [t('restore.safety'), t('restore.stays'), t('restore.scan')];
    return html`<div><h3>${t('restore.changes')}</h3>
        ${this.found ? list(differencesText(this.found)) : html`<p class="dim" role="status">${t('restore.comparing')}</p>`}</div>
      <div><h3>${t('restore.happens')}</h3>${list(happens)}</div>`;
  }
}

/** @param {string[]} lines */
function list(lines) {
  return html`<ul>${lines.map((line) => html`<li><span>${line}</span></li>`)}</ul>`;
}

define('lm-restore', LmRestore);

/** @param {Backup} backup @returns {Promise<boolean>} whether it is wanted */
export async function wantsRestore(backup) {
  const dialog = new LmRestore();
  dialog.backup = backup;
  return (await dialog.ask()) === true;
}
