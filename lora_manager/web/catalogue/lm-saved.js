/** Saved filters in the side bar: one click applies, saving under the same name replaces, deleting can be undone. */

import { sentence } from '../core/actions.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { facetsStyles } from './facets-styles.js';
import { askFits } from './lm-active-filters.js';
import { narrows } from './query.js';
import { fromSaved, sameFilters, SavedFilters, toSaved } from './saved-filters.js';

/**
 * @import {Results} from './results.js'
 * @import {SavedFilter} from '../core/types.js'
 * @import {Query} from './query.js'
 */

const LONGEST = 80;

export class LmSaved extends LmElement {
  static properties = { results: { attribute: false }, query: { attribute: false } };

  static styles = [
    controls,
    facetsStyles,
    css`
      :host { display: block; }
      h3 { flex: 1 1 auto; padding: 0 8px; }
      li { position: relative; margin-top: 1px; }
      li .line { padding-right: 30px; }
      li .btn { position: absolute; right: 2px; top: calc(50% - 12px); opacity: 0; }
      li:hover .btn, li:focus-within .btn { opacity: 1; }
      form { display: flex; gap: 4px; padding: 2px 0 4px; }
      form .field { min-height: 28px; font-size: 12px; }
      form .btn { min-height: 28px; }
      @media (hover: none) { li .btn { opacity: 1; } }
    `,
  ];

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    /** @type {Query|null} */
    this.query = null;
    /** @type {string|null} what is being written, null when nothing is */
    this.name = null;
    /** @type {SavedFilter|null} these very filters, saved before: another name renames them */
    this.same = null;
    this.saved = new SavedFilters(this.session.api);
    this.watch(this.saved);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.saved.load();
  }

  /** @param {Query} query */
  #begin(query) {
    this.same = this.saved.state.items.find((item) => sameFilters(fromSaved(item.query), query)) ?? null;
    this.name = this.same?.name ?? query.q.trim().slice(0, LONGEST);
    this.requestUpdate();
    void this.updateComplete.then(() => /** @type {HTMLInputElement|null} */ (this.find('input'))?.select());
  }

  #end() {
    this.name = null;
    this.requestUpdate();
    void this.updateComplete.then(() => this.find('.save')?.focus());
  }

  /** @param {Promise<unknown>} done */
  async #tell(done) {
    try {
      await done;
      return true;
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
      return false;
    }
  }

  /** @param {Event} event @param {Query} query */
  async #save(event, query) {
    event.preventDefault();
    if (this.name?.trim() && await this.#tell(this.saved.save(this.name, toSaved(query), this.same))) {
      this.#end();
    }
  }

  /** @param {SavedFilter} item */
  async #remove(item) {
    if (await this.#tell(this.saved.remove(item))) {
      const undo = () => void this.#tell(this.saved.save(item.name, item.query));
      this.session.toasts.show(t('saved.deleted', { name: item.name }), { action: { label: t('toast.undo'), run: undo } });
      this.find('button')?.focus();
    }
  }

  /** @param {SavedFilter} item */
  #apply(item) {
    const query = fromSaved(item.query);
    if (this.results) {
      askFits(this.results, query.fits, query);
    }
  }

  /** @override */
  render() {
    const { query, name } = this;
    const { items } = this.saved.state;
    const worth = query !== null && narrows(query);
    if (!query) {
      return nothing;
    }
    return html`<section aria-label=${t('saved.title')}>
      <div class="title"><h3>${t('saved.title')}</h3>
        <button class="btn quiet tiny icon save" aria-label=${t('saved.save')} title=${t('saved.save')}
          ?disabled=${!worth || name !== null} @click=${() => this.#begin(query)}>${icons.plus}</button></div>
      ${name === null ? nothing : this.#form(query, name)}
      <ul>${repeat(items, ({ id }) => id, (item) => {
        const on = sameFilters(fromSaved(item.query), query);
        return html`<li><button class="line ${on ? 'include' : ''}" aria-pressed=${on} title=${item.name}
          @click=${() => this.#apply(item)}><span class="clip">${item.name}</span></button>
          <button class="btn quiet tiny icon" aria-label=${t('saved.delete', { name: item.name })}
            title=${t('saved.delete', { name: item.name })} @click=${() => this.#remove(item)}>${icons.close}</button></li>`;
      })}</ul>
    </section>`;
  }

  /** @param {Query} query @param {string} name */
  #form(query, name) {
    return html`<form @submit=${(/** @type {Event} */ event) => this.#save(event, query)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          event.stopPropagation();
          this.#end();
        }
      }}><input class="field" type="text" maxlength=${LONGEST} .value=${name} aria-label=${t('saved.name')}
        placeholder=${t('saved.name')} @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => {
          this.name = event.target.value;
          this.requestUpdate();
        }}><button class="btn tiny primary" ?disabled=${!name.trim()}>${
          t(this.saved.named(name) ? 'saved.replace' : this.same ? 'saved.rename' : 'saved.ok')}</button></form>`;
  }
}

define('lm-saved', LmSaved);
