/** The adapters of the prompt as rows with a slider each: where weights are worked out. */

import { removeAdapter } from '../core/actions.js';
import { shownOf } from '../core/fits.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { renamedButton } from '../strip/renamed.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { weightField, weightStyles } from '../ui/weight-field.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';

/** @import {InPrompt} from '../core/prompt.js' */

export class LmChosen extends LmElement {
  static styles = [
    controls,
    thumbStyles,
    weightStyles,
    css`
      :host { display: block; }
      ul { display: grid; gap: 4px; }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        align-items: center;
        gap: 0 12px;
        padding: 4px 4px 4px 6px;
        border-radius: 8px;
        background: var(--lm-panel);
        box-shadow: 0 0 0 1px var(--lm-line);
      }
      .look { grid-row: 1 / 3; border-radius: 4px; }
      .look .thumb { --thumb-width: 36px; --thumb-height: 45px; }
      .look:disabled, .name:disabled { opacity: 1; }
      .name { text-align: left; border-radius: 4px; }
      .name:hover:not(:disabled) { text-decoration: underline; text-underline-offset: 2px; }
      .weight-field { grid-column: 2 / 4; }
      .weight-field .number { min-height: 26px; padding: 2px 4px; width: 56px; }
      .missing { grid-template-columns: auto minmax(0, 1fr) auto; min-height: 44px; }
      .missing .name { color: var(--lm-bad); }
      .unfit { grid-column: 1 / 4; }
    `,
  ];

  constructor() {
    super();
    this.watch(this.session.prompt, this.session.cards, this.session.host);
  }

  /** @override */
  render() {
    const { adapters } = this.session.prompt.state;
    if (adapters.length === 0) {
      return html`<p class="dim">${t('strip.empty')} · <button class="btn tiny"
        @click=${() => this.session.go('catalogue')}>${t('generate.to_catalogue')}</button></p>`;
    }
    return html`<ul aria-label=${t('strip.label')}>
      ${repeat(adapters, (adapter, index) => `${adapter.tagName} ${index}`, (adapter, index) => this.#row(adapter, index))}
    </ul>`;
  }

  /** @param {InPrompt} adapter @param {number} index */
  #row(adapter, index) {
    const { card, missing, name, unfit, label } = shownOf(this.session, adapter);
    const open = () => adapter.id !== null && this.session.go('catalogue', { adapter: adapter.id });
    return html`<li class=${missing ? 'missing' : ''}>
      <button class="look" tabindex="-1" aria-hidden="true" ?disabled=${adapter.id === null} @click=${open}>${
        missing && !card ? html`<span class="bad">${icons.warn}</span>` : thumb(this.session, card ?? adapter)}</button>
      <button class="name clip" ?disabled=${adapter.id === null} title=${name} @click=${open}>${label}</button>
      <button class="btn quiet tiny icon" aria-label=${t('strip.remove', { name })} title=${t('strip.remove', { name })}
        @click=${() => this.#remove(adapter, index, name)}>${icons.close}</button>
      ${missing ? nothing : weightField(this.session, adapter.weight, t('strip.weight', { name }),
        (weight) => this.session.prompt.setWeight(index, weight))}
      ${adapter.renamedTo ? html`<p class="unfit small">${renamedButton(this.session, adapter)}</p>` : nothing}
      ${unfit === '' ? nothing : html`<p class="unfit warn small">${unfit}</p>`}
    </li>`;
  }

  /** @param {InPrompt} adapter @param {number} index @param {string} name */
  #remove(adapter, index, name) {
    if (adapter.id === null) {
      void this.session.prompt.removeAt(index);
    } else {
      void removeAdapter(this.session, { id: adapter.id, name });
    }
  }
}

define('lm-chosen', LmChosen);
