/** What was learned of the user's taste, with its evidence: each can be pinned or forgotten, or all of it. */

import { sentence } from '../core/actions.js';
import {
  forgetPreference, pinPreference, readEvidence, readPreferences, resetPreferences, restorePreferences,
} from '../core/api-recommend.js';
import { changeSettings } from '../core/api-tools.js';
import * as format from '../core/format.js';
import { Latest } from '../core/timing.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { t } from '../strings.js';
import '../strings/learned.js';
import { html, live, nothing, repeat } from '../vendor/lit.js';
import { judging } from '../recommend/judging-icons.js';
import { toolStyles } from '../library/tool-styles.js';
import { learnedStyles } from './learned-styles.js';
import { eventText, grounds, lean, rangeText, verdict } from './words.js';

/**
 * @import {Access} from '../core/types.js'
 * @import {Evidence, Preference, PreferencePage} from '../core/types-recommend.js'
 */

const PAGE = 50;
const SIGNS = 20;
const KINDS = /** @type {const} */ (['tag', 'author', 'base_model', 'archetype', 'style', 'adapter']);

export class LmLearned extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [controls, noticeStyles, toolStyles, learnedStyles];

  #latest = new Latest();
  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#read());

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {Preference['kind']|''} */
    this.kind = '';
    /** @type {PreferencePage|null} */
    this.page = null;
    /** @type {unknown} */
    this.error = null;
    /** @type {Map<number, Evidence[]|null>} of those that stand open; null while it comes */
    this.evidence = new Map();
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#seen.observe(this);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#seen.disconnect();
  }

  /** @param {number} [offset] */
  async #read(offset = 0) {
    const known = offset === 0 ? [] : (this.page?.items ?? []);
    const limit = offset === 0 ? Math.min(200, Math.max(PAGE, this.page?.items.length ?? 0)) : PAGE;
    const slice = { limit, offset, ...(this.kind ? { kind: this.kind } : {}) };
    try {
      const page = await this.#latest.run((signal) => readPreferences(this.session.api, slice, signal));
      if (!page) {
        return;
      }
      const there = new Set(known.map(({ id }) => id));
      this.page = { ...page, items: [...known, ...page.items.filter(({ id }) => !there.has(id))] };
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /**
   * @param {() => Promise<unknown>} act
   * @param {string} said when it worked
   * @param {string} about
   * @param {(done: any) => (() => Promise<unknown>)|null} [undoOf]
   */
  async #do(act, said, about, undoOf = () => null) {
    const { toasts } = this.session;
    try {
      const undo = undoOf(await act());
      const action = undo && { label: t('toast.undo'), run: () => void this.#do(undo, t('learned.back'), about) };
      toasts.show(said, { action, about });
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about });
    }
    await this.#read();
  }

  /** @param {Preference} one @param {Preference['pinned']} pinned */
  #pin({ id, label, pinned: before }, pinned) {
    const said = pinned === null ? 'learned.unpinned_told' : pinned > 0 ? 'learned.pinned_up_told' : 'learned.pinned_down_told';
    const { api } = this.session;
    return this.#do(() => pinPreference(api, id, pinned), t(said, { name: label }), `learned ${id}`, () => () => pinPreference(api, id, before));
  }

  /** @param {Preference} one */
  #forget({ id, label }) {
    const { api } = this.session;
    return this.#do(() => forgetPreference(api, id), t('learned.forgot', { name: label }), `learned ${id}`, ({ undo }) => () => restorePreferences(api, undo));
  }

  #reset() {
    const { api } = this.session;
    return this.#do(() => resetPreferences(api), t('learned.was_reset'), 'learned', ({ undo }) => () => restorePreferences(api, undo));
  }

  /** @param {boolean} learning */
  async #setLearning(learning) {
    if (this.page) {
      this.page = { ...this.page, learning };
      this.requestUpdate();
    }
    try {
      await changeSettings(this.session.api, { learning });
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error', about: 'learned' });
    }
    await this.#read();
  }

  /** @param {number} id */
  async #turn(id) {
    if (this.evidence.delete(id)) {
      this.requestUpdate();
      return;
    }
    this.evidence.set(id, null);
    this.requestUpdate();
    try {
      this.evidence.set(id, (await readEvidence(this.session.api, id, SIGNS)).items);
    } catch (error) {
      this.evidence.delete(id);
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { page, error } = this;
    return html`<section class="panel">
      <div class="head"><h2 class="grow">${t('learned.title')}${page && page.total > 0 ? html`<span class="dim count">${format.count(page.total)}</span>` : nothing}</h2>
        ${page && (page.total > 0 || this.kind) ? html`<button class="btn" title=${t('learned.reset_why')} @click=${() => void this.#reset()}>${t('learned.reset')}</button>` : nothing}</div>
      <p class="dim text">${t('learned.text')}</p>
      ${page ? this.#switch(page.learning) : nothing}
      ${error && !page ? errorNotice(error, () => void this.#read()) : nothing}
      ${page ? this.#list(page) : nothing}
    </section>`;
  }

  /** @param {boolean} learning */
  #switch(learning) {
    const { may_change_settings: may = true, reason = '' } = this.access ?? {};
    return html`<label class="switch"><input type="checkbox" role="switch" aria-describedby="on-text" ?disabled=${!may} .checked=${live(learning)}
        @change=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => void this.#setLearning(target.checked)}>
        <span><b>${t('learned.on')}</b> <span class="dim" id="on-text">${t('learned.on_text')}</span></span></label>
      ${learning ? nothing : html`<p class="warn small" role="status">${t('learned.is_off')}</p>`}
      ${may ? nothing : html`<p class="warn small">${flags(reason)}</p>`}`;
  }

  /** @param {PreferencePage} page */
  #list({ items, total }) {
    if (total === 0 && !this.kind) {
      return notice({ icon: icons.spark, title: t('learned.empty'), text: t('learned.empty_text'), actions: html`<button class="btn"
        @click=${() => this.session.go('recommend')}>${t('learned.to_recommend')}</button>` });
    }
    return html`${this.#kinds()}
      ${items.length === 0 ? html`<p class="dim">${t('learned.empty_kind')}</p>` : nothing}
      <ul class="list">${repeat(items, ({ id }) => id, (one) => this.#line(one))}</ul>
      ${items.length < total ? html`<button class="btn more" @click=${() => void this.#read(items.length)}>${t('part.more', { n: Math.min(PAGE, total - items.length) })}</button>` : nothing}`;
  }

  #kinds() {
    const choose = (/** @type {Preference['kind']|''} */ kind) => {
      this.kind = kind;
      this.requestUpdate();
      void this.#read();
    };
    return html`<div class="kinds" role="group" aria-label=${t('learned.kinds')}>${[/** @type {const} */ (''), ...KINDS].map((kind) => html`<button
      class="chip ${kind === this.kind ? 'on' : ''}" aria-pressed=${kind === this.kind} @click=${() => choose(kind)}>${
      kind ? t(`learned.kind_${kind}`) : t('learned.all')}</button>`)}</div>`;
  }

  /** @param {Preference} one */
  #line(one) {
    const open = this.evidence.has(one.id);
    const signs = this.evidence.get(one.id);
    return html`<li class=${lean(one)}>
      <button class="what" aria-expanded=${open} title=${t('learned.show_evidence', { name: one.label })} @click=${() => void this.#turn(one.id)}>
        ${icons.chevron}<span class="grow"><span class="label">${one.label}</span> <span class="dim small">${t(`learned.one_${one.kind}`)}</span>
        <span class="verdict small">${verdict(one)} <span class="dim">· ${grounds(one)}</span></span></span></button>
      <span class="range" role="img" aria-label=${rangeText(one)} title=${rangeText(one)}><i style="left:${100 * one.low}%;right:${100 * (1 - one.high)}%"></i><b style="left:${100 * one.mean}%"></b></span>
      ${this.#tools(one)}
      ${open ? this.#evidence(one, signs ?? null) : nothing}
    </li>`;
  }

  /** @param {Preference} one */
  #tools(one) {
    const { label: name, pinned } = one;
    const pin = (/** @type {1|-1} */ way) => {
      const on = pinned === way;
      const label = on ? t('learned.unpin', { name }) : t(way > 0 ? 'learned.pin_up' : 'learned.pin_down', { name });
      return html`<button class="btn quiet tiny icon ${on ? 'on' : ''}" aria-pressed=${on} aria-label=${label} title=${label}
        @click=${() => void this.#pin(one, on ? null : way)}>${judging[way > 0 ? (on ? 'upFull' : 'up') : on ? 'downFull' : 'down']}</button>`;
    };
    const forget = t('learned.forget', { name });
    return html`<span class="tools" role="group" aria-label=${name}>${pin(1)}${pin(-1)}<button class="btn quiet tiny icon" aria-label=${forget} title=${forget}
      @click=${() => void this.#forget(one)}>${icons.trash}</button></span>`;
  }

  /** @param {Preference} one @param {Evidence[]|null} signs */
  #evidence({ positive, negative }, signs) {
    if (!signs) {
      return html`<p class="signs dim small" role="status">${t('part.loading')}</p>`;
    }
    const show = (/** @type {number} */ id) => this.session.go('catalogue', { adapter: id });
    const round = (/** @type {number} */ n) => Math.round(10 * n) / 10;
    return html`<div class="signs small"><p class="dim">${t('learned.counts', { positive: round(positive), negative: round(negative) })}</p>
      ${signs.length === 0 ? html`<p class="dim">${t('learned.no_evidence')}</p>` : nothing}
      <ul>${signs.map((sign) => html`<li><span class="effect ${sign.effect >= 0 ? 'good' : 'bad'}">${t(sign.effect >= 0 ? 'learned.effect_up' : 'learned.effect_down')}</span>
        <span class="grow">${eventText(sign)}${sign.adapter ? html` · <button class="link" @click=${() => sign.adapter && show(sign.adapter.id)}>${sign.adapter.name}</button>` : nothing}</span>
        <span class="dim" title=${format.dateTime(sign.at)}>${format.ago(sign.at)}</span></li>`)}</ul></div>`;
  }
}

define('lm-learned', LmLearned);
