/** The filters beside the grid, each value with the number of cards it would leave. */

import * as format from '../core/format.js';
import { readPref, writePref } from '../core/prefs.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { ancestors, folderRows, foundFolders } from './folder-tree.js';
import { EVERYTHING, toggled } from './query.js';

/**
 * @import {Facets, FacetValue} from '../core/types.js'
 * @import {Results} from './results.js'
 * @import {Query} from './query.js'
 */

const FEW = 8;
const MANY = 60;

/**
 * @typedef {object} Line
 * @property {string} label
 * @property {number} count
 * @property {boolean} on
 * @property {() => void} pick
 */

export class LmFacets extends LmElement {
  static properties = { results: { attribute: false }, query: { attribute: false }, facets: { attribute: false } };

  static styles = [
    controls,
    css`
      :host { display: block; padding: 8px 8px 16px; }
      section { padding: 4px 0 8px; }
      .head {
        display: flex;
        align-items: center;
        gap: 4px;
        width: 100%;
        min-height: 28px;
        padding: 0 8px;
        border-radius: 6px;
        font-weight: 600;
      }
      .head svg { width: 12px; transition: transform 0.12s; color: var(--lm-dim); margin-left: auto; }
      .head[aria-expanded='true'] svg { transform: rotate(90deg); }
      .line {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        min-height: 26px;
        padding: 0 8px;
        border-radius: 6px;
      }
      .line + .line, .folder + .folder { margin-top: 1px; }
      .line:hover, .head:hover { background: var(--lm-raise); }
      .line .n { color: var(--lm-dim); font-size: 12px; }
      .line.on { background: color-mix(in srgb, var(--lm-accent) 20%, var(--lm-bg)); }
      .line.on .n { color: var(--lm-text); }
      .line.none { color: var(--lm-dim); }
      .folder { display: flex; align-items: center; padding-left: calc(var(--depth) * 12px); }
      .folder .line { min-width: 0; }
      .twist + .line { padding-left: 4px; }
      .twist { width: 20px; height: 26px; flex: none; display: grid; place-items: center; color: var(--lm-dim); }
      .twist svg { width: 12px; transition: transform 0.12s; }
      .twist[aria-expanded='true'] svg { transform: rotate(90deg); }
      .find { margin: 0 0 4px; min-height: 28px; font-size: 12px; }
      .more { padding: 4px 8px; color: var(--lm-accent-text); font-size: 12px; }
      @media (pointer: coarse) { .line, .head, .twist { min-height: 36px; } }
    `,
  ];

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    /** @type {Query} */
    this.query = EVERYTHING;
    /** @type {Facets|null} */
    this.facets = null;
    /** @type {Record<string, boolean>} */
    this.closed = readPref('facets.closed', {});
    /** @type {Set<string>} */
    this.all = new Set();
    /** @type {Set<string>} */
    this.openFolders = new Set();
    this.folderWords = '';
    this.watch(this.session.library);
  }

  /** @param {Partial<Query>} change */
  #ask(change) {
    this.results?.ask(change);
  }

  /** @param {string} key */
  #fold(key) {
    this.closed = { ...this.closed, [key]: !this.closed[key] };
    writePref('facets.closed', this.closed);
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { facets, query } = this;
    if (!facets) {
      return nothing;
    }
    return html`
      ${this.#group('base', t('facet.base'), this.#values(facets.base_models, query.bases, 'bases', t('facet.unknown_base')))}
      ${this.#folders(facets.folders)}
      ${this.#group('tags', t('facet.tags'), this.#values(facets.tags, query.tags, 'tags', ''))}
      ${this.#group('mine', t('facet.mine'), this.#mine(facets))}
    `;
  }

  /** @param {Facets} facets @returns {Line[]} */
  #mine(facets) {
    const { favourite, state } = this.query;
    /** @param {'missing'|'incomplete'} value @param {number} count */
    const byState = (value, count) => ({
      label: t(`facet.${value}`), count, on: state === value,
      pick: () => this.#ask({ state: state === value ? '' : value }),
    });
    const lines = [
      { label: t('facet.favourites'), count: facets.favourites, on: favourite,
        pick: () => this.#ask({ favourite: !favourite }) },
      byState('missing', facets.missing),
      byState('incomplete', facets.incomplete),
    ];
    return lines.filter((line, index) => index === 0 || line.count > 0 || line.on);
  }

  /**
   * Chosen values stand first even when the present result has none of them.
   * @param {FacetValue[]} values
   * @param {string[]} chosen
   * @param {'bases'|'tags'} field
   * @param {string} unnamed
   * @returns {Line[]}
   */
  #values(values, chosen, field, unnamed) {
    const counts = new Map(values.map(({ value, count }) => [value, count]));
    const order = [...chosen, ...values.map(({ value }) => value).filter((value) => !chosen.includes(value))];
    return order.map((value) => ({
      label: value || unnamed,
      count: counts.get(value) ?? 0,
      on: chosen.includes(value),
      pick: () => this.#ask({ [field]: toggled(chosen, value) }),
    }));
  }

  /** @param {string} key @param {string} title @param {Line[]} lines */
  #group(key, title, lines) {
    if (lines.length === 0) {
      return nothing;
    }
    const chosen = lines.filter((line) => line.on).length;
    const shown = lines.slice(0, this.all.has(key) ? MANY : Math.max(FEW, chosen + 4));
    return this.#section(key, title, html`${shown.map((line) => this.#line(line))}${this.#more(key, lines.length, shown.length)}`);
  }

  /** @param {string} key @param {string} title @param {unknown} content */
  #section(key, title, content) {
    const open = !this.closed[key];
    return html`<section>
      <button class="head" aria-expanded=${open} @click=${() => this.#fold(key)}>${title}${icons.chevron}</button>
      ${open ? content : nothing}
    </section>`;
  }

  /** @param {Line} line */
  #line({ label, count, on, pick }) {
    return html`<button class="line ${on ? 'on' : ''} ${count === 0 ? 'none' : ''}" aria-pressed=${on} @click=${pick}
      title=${label}><span class="grow clip">${label}</span><span class="n">${format.count(count)}</span></button>`;
  }

  /** @param {string} key @param {number} total @param {number} shown */
  #more(key, total, shown) {
    const all = this.session.library.state.info?.totals.tags ?? 0;
    if (total <= FEW || (total <= shown && !this.all.has(key))) {
      return nothing;
    }
    const less = this.all.has(key);
    const turn = () => {
      this.all = new Set(toggled([...this.all], key));
      this.requestUpdate();
    };
    const most = Math.min(total, MANY);
    const rest = key === 'tags' && total >= MANY && all > MANY
      ? t('facet.most', { n: most, total: all }) : t('facet.more', { n: most - shown });
    return html`<button class="more" @click=${turn}>${less ? t('facet.less') : rest}</button>`;
  }

  /** @param {FacetValue[]} folders */
  #folders(folders) {
    const { folder } = this.query;
    const opened = new Set([...this.openFolders, ...(folder ? ancestors(folder) : [])]);
    const wanted = this.folderWords.trim();
    const rows = wanted === '' ? folderRows(folders, opened) : foundFolders(folders, wanted);
    if (rows.length === 0 && wanted === '') {
      return nothing;
    }
    const tree = rows.some((row) => row.branch);
    const shown = rows.slice(0, wanted !== '' || this.all.has('folders') ? MANY : FEW + 4);
    const lines = shown.map((row) => html`<div class="folder" style="--depth:${row.depth}">
      ${row.branch ? html`<button class="twist" aria-expanded=${row.open} aria-label=${t('facet.open_folder', { name: row.label })}
        @click=${() => this.#twist(row.path)}>${icons.chevron}</button>` : tree ? html`<span class="twist"></span>` : nothing}
      ${this.#line({
        label: row.label,
        count: row.count,
        on: folder === row.path,
        pick: () => this.#ask({ folder: folder === row.path ? null : row.path }),
      })}
    </div>`);
    const find = folders.length > MANY ? html`<input class="field find" type="text" .value=${this.folderWords}
      placeholder=${t('facet.find_folder')} aria-label=${t('facet.find_folder')} @input=${(/** @type {Event & {target: HTMLInputElement}} */ event) => {
        this.folderWords = event.target.value;
        this.requestUpdate();
      }}>` : nothing;
    return this.#section('folders', t('facet.folders'), html`${find}${lines}${wanted ? nothing : this.#more('folders', rows.length, shown.length)}`);
  }

  /** @param {string} path */
  #twist(path) {
    this.openFolders = new Set(toggled([...this.openFolders], path));
    this.requestUpdate();
  }
}

define('lm-facets', LmFacets);
