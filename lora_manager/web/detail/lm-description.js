/** What a LoRA's description says, and writing it anew: as formatted as it is, for it comes from model pages. */

import { safeFragment } from '../core/safe-html.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { guard, html } from '../vendor/lit.js';
import { descriptionStyles } from './description-styles.js';
import { editStyles } from './edit-styles.js';
import { whenReleased } from './leaving.js';
import { writtenHtml } from './written-html.js';
import '../strings/detail.js';

/** @import {Outcome} from './editing.js' */

export class LmDescription extends LmElement {
  static properties = { html: {}, save: { attribute: false } };

  static styles = [controls, editStyles, descriptionStyles];

  #editing = false;
  #saving = false;
  #began = '';
  /** @type {(html: string) => Promise<Outcome>} */
  #save = () => Promise.resolve('same');

  constructor() {
    super();
    this.html = '';
    /** @type {(html: string) => Promise<Outcome>} */
    this.save = () => Promise.resolve('same');
  }

  get #box() {
    return /** @type {HTMLElement|null} */ (this.find('[contenteditable]'));
  }

  async edit() {
    this.#editing = true;
    this.#began = this.html;
    this.#save = this.save; // What somebody else does meanwhile is compared with what the user saw.
    this.requestUpdate();
    await this.updateComplete;
    const box = this.#box;
    if (box) {
      box.replaceChildren(safeFragment(this.#began));
      this.#began = writtenHtml(box);
      box.focus();
    }
  }

  async #close(focus = false) {
    this.#editing = false;
    this.requestUpdate();
    await this.updateComplete;
    if (focus) {
      /** @type {HTMLElement|null} */ (this.find('.pencil, .value'))?.focus();
    }
  }

  async #commit(focus = false) {
    const box = this.#box;
    if (!this.#editing || this.#saving || !box) {
      return;
    }
    const written = box.textContent?.trim() ? writtenHtml(box) : '';
    this.#saving = true;
    const outcome = written === this.#began ? 'same' : await this.#save(written);
    this.#saving = false;
    if (outcome !== 'failed') {
      await this.#close(focus);
    }
  }

  /** @param {KeyboardEvent} event Other keys than these are for writing, and for nobody else. */
  #key(event) {
    event.stopPropagation();
    if (event.key === 'Escape') {
      event.preventDefault();
      void this.#close(true);
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.#commit(true);
    }
  }

  /** What comes from elsewhere comes as text. @param {ClipboardEvent} event */
  #paste(event) {
    event.preventDefault();
    document.execCommand('insertText', false, event.clipboardData?.getData('text/plain') ?? '');
  }

  /** @param {FocusEvent} event */
  #leave({ relatedTarget }) {
    const inside = relatedTarget instanceof Node && this.renderRoot.contains(relatedTarget);
    const stays = this.renderRoot instanceof ShadowRoot && this.renderRoot.activeElement !== null;
    if (!inside && !stays) {
      whenReleased(() => void this.#commit());
    }
  }

  /** @override */
  render() {
    if (this.#editing) {
      return html`<div @focusout=${this.#leave} @keydown=${this.#key}>
        <div class="description editing" contenteditable="true" role="textbox" aria-multiline="true" tabindex="0"
          aria-label=${t('detail.description')} @paste=${this.#paste}></div>
        <p class="foot"><button class="btn tiny primary" @click=${() => void this.#commit(true)}>${t('edit.save')}</button>
          <span class="dim small">${t('edit.keys')}</span></p></div>`;
    }
    return this.html ? html`<button class="btn quiet tiny icon pencil" aria-label=${t('edit.of', { name: t('detail.description') })}
        title=${t('edit.edit')} @click=${() => void this.edit()}>${icons.pencil}</button>
      <div class="description">${guard([this.html], () => safeFragment(this.html))}</div>`
      : html`<button class="value none" @click=${() => void this.edit()}>${t('edit.add_description')}${icons.pencil}</button>`;
  }
}

define('lm-description', LmDescription);
