/** What is selected, and what to do with all of it at once. Stands in place of the strip while there is something. */

import { copyText } from '../core/actions.js';
import { tagOf } from '../core/card-text.js';
import { insertMany } from '../core/many.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';

/** @import {Selection} from './selection.js' */

const SHOWN = 6;

/** Events: cleared. */
export class LmSelection extends LmElement {
  static properties = { selection: { attribute: false }, changes: { attribute: false } };

  static styles = [
    controls,
    thumbStyles,
    css`
      :host { display: flex; align-items: center; gap: 8px; min-width: 0; }
      .chosen { font-weight: 600; white-space: nowrap; }
      .some { display: flex; min-width: 0; overflow: hidden; }
      .some .thumb + .thumb { margin-left: -6px; }
      .some .thumb { box-shadow: 0 0 0 2px var(--lm-panel); }
      .grow { min-width: 0; }
      @container (max-width: 620px) { .some, .tags { display: none; } }
    `,
  ];

  constructor() {
    super();
    /** @type {Selection|null} */
    this.selection = null;
    this.changes = 0;
    this.busy = false;
  }

  async #insert() {
    if (this.selection) {
      this.busy = true;
      this.requestUpdate();
      const done = await insertMany(this.session, this.selection.cards);
      this.busy = false;
      this.requestUpdate();
      if (done) {
        this.#clear();
      }
    }
  }

  #clear() {
    this.selection?.clear();
    this.emit('cleared');
  }

  /** @override */
  render() {
    const cards = this.selection?.cards ?? [];
    const n = cards.length;
    const copy = () => copyText(this.session, cards.map((card) => tagOf(card)).join(' '), t('select.tags_copied', { n }));
    return html`
      <span class="chosen" role="status">${t('select.count', { n })}</span>
      <span class="some">${cards.slice(0, SHOWN).map((card) => thumb(this.session, card))}</span>
      <span class="grow dim clip">${n === 0 ? t('select.hint') : nothing}</span>
      ${n === 0 ? nothing : html`
        <button class="btn tags" @click=${copy}>${icons.copy}${t('select.tags')}</button>
        <button class="btn primary" ?disabled=${this.busy} @click=${() => void this.#insert()}>${t(n > 1 ? 'select.insert_n' : 'select.insert', { n })}</button>`}
      <button class="btn quiet icon" aria-label=${t('select.clear')} title=${t('select.clear')} @click=${() => this.#clear()}>${icons.close}</button>`;
  }
}

define('lm-selection', LmSelection);
