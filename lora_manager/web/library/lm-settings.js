/** The few settings of a library, each with what it does. */

import { changeSettings, readSettings } from '../core/api-tools.js';
import { sentence } from '../core/actions.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { errorNotice, noticeStyles } from '../ui/notice.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { toolStyles } from './tool-styles.js';
import '../strings/library-tools.js';

/**
 * @import {Access} from '../core/types.js'
 * @import {Settings} from '../core/types-changes.js'
 */

const DAYS = [7, 14, 30, 60, 90, 180, 365];

export class LmSettings extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    noticeStyles,
    toolStyles,
    css`
      .one { display: flex; flex-wrap: wrap; gap: 4px 24px; align-items: flex-start; padding: 12px 0; border-top: 1px solid var(--lm-line); }
      .one:first-of-type { margin-top: 12px; }
      .one .grow { flex: 1 1 280px; display: grid; gap: 2px; }
      .one .set { flex: none; min-height: 24px; display: flex; align-items: center; }
      .one label { font-weight: 600; }
      input[type='checkbox'] { width: 16px; height: 16px; }
      .select { width: 180px; }
    `,
  ];

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {Settings|null} */
    this.items = null;
    /** @type {unknown} */
    this.error = null;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.#read();
  }

  async #read() {
    try {
      this.items = (await readSettings(this.session.api)).items;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** @param {string} key @param {boolean|number} value */
  async #set(key, value) {
    const { api, toasts } = this.session;
    this.items = { ...this.items, [key]: value };
    this.requestUpdate();
    try {
      this.items = (await changeSettings(api, { [key]: value })).items;
      toasts.show(t('settings.saved'), { about: 'settings' });
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about: 'settings' });
      await this.#read();
    }
    this.requestUpdate();
  }

  get #may() {
    return this.access?.may_change_settings !== false;
  }

  /** @override */
  render() {
    return html`<section class="panel"><h2>${t('settings.title')}</h2><p class="dim text">${t('settings.text')}</p>
      ${this.#may ? nothing : html`<p class="warn why">${flags(this.access?.reason ?? '')}</p>`}
      ${this.error && !this.items ? errorNotice(this.error, () => void this.#read()) : nothing}
      ${this.items ? this.#all(this.items) : this.error ? nothing : html`<p class="dim">${t('part.loading')}</p>`}</section>`;
  }

  /** @param {Settings} items */
  #all(items) {
    const days = Number(items.trash_days ?? 30);
    return html`${this.#flag('write_back_automatically', t('settings.write_back'), t('settings.write_back_text'))}
      <div class="one"><span class="grow"><label for="days">${t('settings.trash')}</label>
          <span class="dim" id="days-text">${t(days > 0 ? 'settings.trash_text' : 'settings.trash_ever')}</span></span>
        <span class="set"><span class="select"><select class="field" id="days" aria-describedby="days-text" ?disabled=${!this.#may}
          @change=${(/** @type {Event & {target: HTMLSelectElement}} */ { target }) => void this.#set('trash_days', Number(target.value))}>
          ${[...new Set([...DAYS, ...(days > 0 ? [days] : [])])].sort((a, b) => a - b).map((n) => html`<option value=${n}
            .selected=${n === days}>${t('settings.days', { n })}</option>`)}
          <option value="0" .selected=${days === 0}>${t('settings.ever')}</option></select></span></span></div>
      ${this.#flag('backups_daily', t('settings.backups'), t('settings.backups_text'))}`;
  }

  /** @param {string} key @param {string} title @param {string} text */
  #flag(key, title, text) {
    return html`<div class="one"><span class="grow"><label for=${key}>${title}</label><span class="dim" id="${key}-text">${text}</span></span>
      <span class="set"><input type="checkbox" id=${key} aria-describedby="${key}-text" ?disabled=${!this.#may}
        .checked=${this.items?.[key] === true}
        @change=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => void this.#set(key, target.checked)}></span></div>`;
  }
}

define('lm-settings', LmSettings);
