/** The filters beside the grid, each value with the number of cards it would leave. */

import * as format from '../core/format.js';
import { readPref, writePref } from '../core/prefs.js';
import { debounce, Latest } from '../core/timing.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { FacetLines, sameLines } from './facets-lines.js';
import { facetsStyles } from './facets-styles.js';
import { FolderTree } from './folder-tree.js';
import { folderTree } from './folder-view.js';
import { askFits } from './lm-active-filters.js';
import './lm-saved.js';
import {
  EVERYTHING, facetParams, fieldAndValue, labelOf, nameOfField, SEVERAL, toggled, turned, turnedOn, turnOf,
} from './query.js';

/**
 * @import {Facets, FacetValue} from '../core/types.js'
 * @import {Results, ResultsState} from './results.js'
 */

/** So many values are searched. */
const MANY = 7;
const FIND_DELAY = 150;
/** Each open folder is one more question: not for every letter that is typed. */
const COUNT_DELAY = 250;
const FLAGS = [
  'favourite', 'unused', 'edited', 'duplicate', 'notriggers', 'nopreview', 'untagged', 'missing', 'inactive', 'offline',
  'incomplete',
];

/** @typedef {{field: string, values: (facets: Facets) => FacetValue[], searched?: boolean}} Group */

/** @type {Group[]} searched: the server knows more of them than it tells at once */
const GROUPS = [
  { field: 'base', values: ({ base_models }) => base_models },
  { field: 'archetype', values: ({ archetypes }) => archetypes.filter(({ value }) => value !== '') },
  { field: 'tag', values: ({ tags }) => tags, searched: true },
  { field: 'folder', values: () => [], searched: true },
  { field: 'is', values: ({ flags }) => FLAGS.map((value) => ({ value, count: flags[value] ?? 0 }))
    .filter(({ count }) => count > 0) },
  { field: 'author', values: ({ authors }) => authors.filter(({ value }) => value !== ''), searched: true },
  { field: 'type', values: ({ types }) => types.filter(({ value }) => value !== '') },
];
const CLOSED = { author: true, type: true };

export class LmFacets extends LmElement {
  static properties = { results: { attribute: false }, state: { attribute: false } };

  static styles = [controls, facetsStyles, css`:host { display: block; padding: 8px 8px 16px; }`];

  #latest = new Latest();
  #countSoon = debounce(() => this.#countFolders(), COUNT_DELAY);
  #findSoon = debounce(() => void this.#find(), FIND_DELAY);
  /** @type {Facets|null} the counts that the folders were last asked for with */
  #counted = null;
  #places = new FacetLines();
  /** What the values found were asked for with. */
  #found = '';

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    /** @type {ResultsState|null} */
    this.state = null;
    /** @type {Record<string, boolean>} */
    this.closed = readPref('facets.closed', CLOSED);
    /** @type {string[]} groups shown whole */
    this.whole = [];
    /** @type {{field: string, words: string, values: FacetValue[]|null}|null} the group that is searched */
    this.finding = null;
    this.folders = new FolderTree(this.session.api);
    this.watch(this.session.host, this.folders);
    for (const type of ['pointerenter', 'focusin', 'pointerleave', 'focusout']) {
      this.addEventListener(type, () => setTimeout(() => this.#hold())); // When the focus is where it goes to.
    }
  }

  get query() {
    return this.state?.query ?? EVERYTHING;
  }

  /** @override Cards that come while one scrolls are nothing new here. @param {Map<string, any>} changed */
  shouldUpdate(changed) {
    const before = changed.get('state');
    const names = /** @type {const} */ (['facets', 'query', 'fit']);
    return changed.size !== 1 || !before || names.some((name) => before[name] !== this.state?.[name]);
  }

  /** @override New counts: the folders are counted again too, and what was found. */
  willUpdate() {
    const facets = this.state?.facets ?? null;
    if (facets && facets !== this.#counted) {
      this.#counted = facets;
      for (const key of this.query.include) {
        const [field, value] = fieldAndValue(key);
        if (field === 'folder') {
          this.folders.reveal(value);
        }
      }
      if (this.folders.rows.length > 0) {
        this.#countSoon();
      } else {
        this.#countFolders();
      }
      void this.#find();
    }
  }

  #countFolders() {
    if (!this.closed.folder) {
      void this.folders.ask(facetParams(this.query));
    }
  }

  /** @param {string} field */
  #fold(field) {
    this.closed = { ...this.closed, [field]: !this.closed[field] };
    this.#places.free(field);
    writePref('facets.closed', this.closed);
    if (field === 'folder') {
      this.#countFolders();
    }
    this.requestUpdate();
  }

  /** @param {string} field */
  #turnFind(field) {
    this.finding = this.finding?.field === field ? null : { field, words: '', values: null };
    this.requestUpdate();
    void this.updateComplete.then(() => this.find('.find')?.focus());
  }

  /** @param {string} words */
  #words(words) {
    if (this.finding) {
      this.finding = { ...this.finding, words };
      this.#findSoon();
      this.requestUpdate();
    }
  }

  async #find() {
    const { finding } = this;
    if (!finding || finding.words.trim() === '') {
      return;
    }
    try {
      const params = { ...facetParams(this.query), of: finding.field, begins: finding.words.trim() };
      const answer = await this.#latest.run((signal) => this.session.api.facetValues(params, signal));
      if (answer && this.finding?.words === finding.words) {
        const before = this.#found === finding.words ? finding.values ?? [] : [];
        this.#found = finding.words;
        this.finding = { ...finding, values: this.#places.held ? sameLines(before, answer.values) : answer.values };
        this.requestUpdate();
      }
    } catch {
      // The list of cards says what is wrong with the server.
    }
  }

  /** @param {string} key @param {boolean} out leave out at once */
  turn = (key, out) => {
    const { query } = this;
    const next = out ? turned(query, key, turnOf(query, key) === 'exclude' ? '' : 'exclude') : turnedOn(query, key);
    this.results?.ask(next);
  };

  /** @override */
  render() {
    const { state, results } = this;
    const facets = state?.facets;
    if (!facets || !results) {
      return nothing;
    }
    return html`${this.#fits(results)}
      <lm-saved .results=${results} .query=${this.query}></lm-saved>
      ${GROUPS.map((group) => this.#group(group, facets))}`;
  }

  /** @param {Results} results */
  #fits(results) {
    const { fit } = results.state;
    const model = this.session.host.state.info?.model;
    const label = fit?.label || model?.family;
    if (!label) {
      return nothing;
    }
    const on = this.query.fits;
    return html`<div class="fits-row"><button class="line" role="switch" aria-checked=${on}
      title=${`${t('fit.toggle_title')}${model ? `: ${model.name}` : ''}`} @click=${() => askFits(results, !on)}>
      <span class="switch"><i></i></span><span class="grow clip">${t('fit.toggle', { model: label })}</span>
      ${fit?.hidden ? html`<span class="n">−${format.count(fit.hidden)}</span>` : nothing}</button></div>`;
  }

  /** @param {Group} group @param {Facets} facets */
  #group({ field, values, searched = false }, facets) {
    const finding = this.finding?.field === field ? this.finding : null;
    const known = values(facets);
    const full = [...known, ...this.#chosen(field)].length > 0;
    if (!this.#places.has(field, field === 'folder' || full)) {
      return nothing;
    }
    if (this.closed[field]) {
      return this.#section(field, false);
    }
    const size = field === 'folder' ? this.folders.rows.length : known.length;
    return this.#section(field, true, searched && (size > MANY || finding !== null),
      html`${finding ? this.#finder(finding) : nothing}${this.#content(field, known, finding)}`);
  }

  /** @param {string} field @param {FacetValue[]} known @param {LmFacets['finding']} finding */
  #content(field, known, finding) {
    if (finding?.values && finding.words.trim() !== '') {
      return this.#drawn(field, finding.values);
    }
    return field === 'folder' ? folderTree(this.folders, this.query, this.turn) : this.#lines(field, known);
  }

  /** @param {string} field @param {boolean} open @param {boolean} [searched] @param {unknown} [content] */
  #section(field, open, searched = false, content = nothing) {
    return html`<section aria-label=${nameOfField(field)}>
      <div class="title"><button class="head" aria-expanded=${open} @click=${() => this.#fold(field)}>
          <span class="clip">${nameOfField(field)}</span>${icons.chevron}</button>
        ${open ? this.#tools(field, searched) : nothing}</div>
      ${content}
    </section>`;
  }

  /** @param {string} field @param {boolean} searched */
  #tools(field, searched) {
    const label = t('facet.find', { name: nameOfField(field) });
    return html`${this.#anyOrAll(field)}
      ${searched ? html`<button class="btn quiet tiny icon" aria-expanded=${this.finding?.field === field}
        aria-label=${label} title=${label} @click=${() => this.#turnFind(field)}>${icons.search}</button>` : nothing}`;
  }

  /** One of the chosen is enough, or all must hold. @param {string} field */
  #anyOrAll(field) {
    const { any, include } = this.query;
    if (!SEVERAL.includes(field) || !include.some((key) => key.startsWith(`${field}:`))) {
      return nothing;
    }
    const mode = any.includes(field) ? 'any' : 'all';
    return html`<span class="pair" role="group">${/** @type {const} */ (['all', 'any']).map((one) => html`<button
      aria-pressed=${one === mode} title=${t(`facet.${one}_title`)} aria-label=${t(`facet.${one}_title`)}
      @click=${() => one === mode || this.results?.ask({ any: toggled(any, field) })}>${t(`facet.${one}`)}</button>`)}</span>`;
  }

  /** @param {{field: string, words: string}} finding */
  #finder({ field, words }) {
    return html`<input class="field find" type="text" .value=${words} placeholder=${t('facet.find_in')}
      aria-label=${t('facet.find', { name: nameOfField(field) })} spellcheck="false" autocomplete="off"
      @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => this.#words(event.target.value)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Escape') {
          event.preventDefault();
          this.#turnFind(field);
        }
      }}>`;
  }

  #hold() {
    const held = this.#places.any && this.matches(':hover, :focus-within');
    if (held !== this.#places.held) {
      this.#places.held = held;
      this.folders.hold(held);
      this.requestUpdate();
    }
  }

  /** @param {string} field @returns {string[]} the values filtered by */
  #chosen(field) {
    const { include, exclude } = this.query;
    return [...include, ...exclude].map(fieldAndValue).filter(([of]) => of === field).map(([, value]) => value);
  }

  /** @param {string} field @param {FacetValue[]} values */
  #lines(field, values) {
    const chosen = this.#chosen(field);
    const { lines, rest, more } = this.#places.shown(field, this.#places.inOrder(field, values, chosen), chosen,
      { whole: this.whole.includes(field), ...(field === 'is' ? { most: FLAGS.length } : {}) });
    return html`${this.#drawn(field, lines)}
      ${more ? html`<button class="more" @click=${() => {
        this.whole = toggled(this.whole, field);
        this.#places.free(field);
        this.requestUpdate();
      }}>${this.whole.includes(field) ? t('facet.less') : t('facet.more', { n: rest })}</button>` : nothing}`;
  }

  /** @param {string} field @param {FacetValue[]} lines */
  #drawn(field, lines) {
    return lines.length === 0 ? html`<p class="note">${t('facet.none')}</p>` : repeat(lines, ({ value }) => value,
      ({ value, count }) => this.#line(`${field}:${value}`, labelOf(field, value), count));
  }

  /** @param {string} key @param {string} label @param {number} count */
  #line(key, label, count) {
    const turn = turnOf(this.query, key);
    const named = t(`turn.${turn || 'off'}`, { name: label, n: count });
    return html`<button class="line ${turn} ${count === 0 ? 'none' : ''}" aria-pressed=${turn !== ''} title=${named}
      aria-label=${turn === 'exclude' ? named : nothing}
      @click=${(/** @type {MouseEvent} */ event) => this.turn(key, event.altKey)}
      @contextmenu=${(/** @type {Event} */ event) => {
        event.preventDefault();
        this.turn(key, true);
      }} @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key === '-' || event.key === 'Delete') {
          event.preventDefault();
          this.turn(key, true);
        }
      }}>${turn === 'exclude' ? icons.minus : nothing}<span class="grow clip">${label}</span>
      ${turn === 'exclude' ? nothing : html`<span class="n">${format.count(count)}</span>`}</button>`;
  }
}

define('lm-facets', LmFacets);
