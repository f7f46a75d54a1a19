/**
 * A question to the user over the whole page. It lies in the body, as hosts hide the parts that they build their pages
 * of, and it keeps its keys from them.
 */

import { controls } from '../ui/controls.js';
import { LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { themeSheet } from '../ui/theme.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { dialogStyles } from './dialog-styles.js';
import '../strings/bulk.js';

/** @typedef {import('../vendor/lit.js').CSSResultOrNative} Style */

/** What hosts listen to anywhere on their page. */
const KEPT = ['keydown', 'keyup', 'keypress', 'input', 'change'];

/** @template Answer */
export class LmDialog extends LmElement {
  /** @param {...Style} own @returns {Style[]} */
  static dialogStyles(...own) {
    return [themeSheet(), controls, dialogStyles, ...own];
  }

  /** @type {(answer: Answer|null) => void} */
  #done = () => {};
  /** @type {Answer|null} */
  #answer = null;

  constructor() {
    super();
    for (const kind of KEPT) {
      this.addEventListener(kind, (event) => event.stopPropagation());
    }
  }

  /** The user went back: from here, not from what is below. */
  #onBack = (/** @type {Event} */ event) => {
    event.preventDefault();
    this.close();
  };

  /** Ask, and wait for the answer. @returns {Promise<Answer|null>} null when the user let it be */
  ask() {
    document.body.append(this);
    window.addEventListener('lm-back', this.#onBack);
    return new Promise((done) => {
      this.#done = done;
    });
  }

  /** @override */
  firstUpdated() {
    /** @type {HTMLDialogElement} */ (this.find('dialog')).showModal();
    this.find('[data-first]')?.focus();
  }

  /** @param {Answer|null} [answer] */
  close(answer = null) {
    this.#answer = answer;
    /** @type {HTMLDialogElement} */ (this.find('dialog')).close();
  }

  #closed() {
    window.removeEventListener('lm-back', this.#onBack);
    this.remove();
    this.#done(this.#answer);
  }

  /** @returns {string} */
  get heading() {
    return '';
  }

  /** Whether it shows paths, which need room. */
  get wide() {
    return false;
  }

  /** @returns {unknown} */
  content() {
    return nothing;
  }

  /** What stands beside the buttons. @returns {unknown} */
  remark() {
    return nothing;
  }

  /**
   * The button that does it.
   * @returns {{label: string, danger?: boolean, disabled?: boolean}|null} null where there is only something to tell
   */
  get button() {
    return null;
  }

  /** The user wants it done. */
  submit() {
    this.close();
  }

  /** @override */
  render() {
    const { button } = this;
    return html`<dialog class=${this.wide ? 'wide' : ''} aria-labelledby="heading" @close=${() => this.#closed()}>
      <form @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        if (!this.button?.disabled) {
          this.submit();
        }
      }}>
        <header><h2 id="heading">${this.heading}</h2><button type="button" class="btn quiet icon" aria-label=${t('bulk.close')}
          title=${t('bulk.close')} @click=${() => this.close()}>${icons.close}</button></header>
        <div class="content scroll">${this.content()}</div>
        <footer><span class="said">${this.remark()}</span>
          ${button ? html`<button type="button" class="btn" @click=${() => this.close()}>${t('bulk.cancel')}</button>
            <button class="btn ${button.danger ? 'danger' : 'primary'}" ?disabled=${button.disabled ?? false}>${button.label}</button>`
            : html`<button type="button" class="btn primary" data-first @click=${() => this.close()}>${t('bulk.ok')}</button>`}
        </footer>
      </form>
    </dialog>`;
  }
}
