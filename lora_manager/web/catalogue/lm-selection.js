/** What is selected, and what to do with all of it at once. Stands in place of the strip while there is something. */

import { copyText, sentence } from '../core/actions.js';
import { tagOf } from '../core/card-text.js';
import { runBulk, saveList } from '../core/bulk.js';
import { insertMany } from '../core/many.js';
import { DEEDS, rate } from '../bulk/deeds.js';
import { MENUS } from '../bulk/menu.js';
import { searchName } from '../bulk/words.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { progressBar, progressText } from '../ui/progress.js';
import { stars, starsStyles } from '../ui/stars.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { selectAll } from './selecting.js';
import { MOST, stretch } from './selection.js';
import { selectionStyles } from './selection-styles.js';
import '../strings/bulk.js';

/**
 * @import {Deed, Talk} from '../core/bulk.js'
 * @import {Card, Job} from '../core/types.js'
 * @import {StringName} from '../strings.js'
 * @import {Menu} from '../bulk/menu.js'
 * @import {Results} from './results.js'
 * @import {Selection} from './selection.js'
 */

const SHOWN = 6;
/** More than these are put into the prompt only when the user says so once more. */
const MANY = 10;
/** Of longer lists it is not looked through whether they hold what was picked. */
const LONGEST = 1000;

/** Events: cleared. */
export class LmSelection extends LmElement {
  static properties = { selection: { attribute: false }, results: { attribute: false }, changes: { attribute: false } };

  static styles = [controls, thumbStyles, starsStyles, selectionStyles];

  /** @type {object|null} */
  #wished = null;
  #outside = (/** @type {Event} */ event) => {
    if (!event.composedPath().includes(this)) {
      this.#turn('');
    }
  };

  constructor() {
    super();
    /** @type {Selection|null} */
    this.selection = null;
    /** @type {Results|null} */
    this.results = null;
    this.changes = '';
    this.busy = false;
    /** The menu that is open: "all" is the one of a narrow bar. */
    this.menu = '';
    this.addEventListener('keydown', (event) => this.#key(event));
    this.addEventListener('focusout', ({ relatedTarget }) => relatedTarget && relatedTarget !== this && this.#turn(''));
    this.watch(this.session.jobs, this.session.library);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#turn('');
  }

  /** @param {string} menu */
  #turn(menu) {
    this.menu = menu;
    document[menu ? 'addEventListener' : 'removeEventListener']('pointerdown', this.#outside, true);
    this.requestUpdate();
    if (menu) {
      void this.updateComplete.then(() => this.find('.menu [role=menuitem]:not(:disabled)')?.focus());
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (this.menu && event.key === 'Escape') {
      const opener = this.find(`[data-menu=${this.menu}]`);
      this.#turn('');
      opener?.focus();
    } else if (this.menu && step) {
      const all = [...this.renderRoot.querySelectorAll('.menu button:not(:disabled)')];
      const at = all.indexOf(/** @type {Element} */ (/** @type {ShadowRoot} */ (this.renderRoot).activeElement));
      /** @type {HTMLElement|undefined} */ (all[(at + step + all.length) % all.length])?.focus();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** @override A key asked for something. */
  updated() {
    const wish = this.selection?.state.wish ?? null;
    if (wish && wish !== this.#wished) {
      this.#wished = wish;
      this.selection?.set({ wish: null });
      void this.do(wish.what);
    }
  }

  get #access() {
    return this.session.library.state.info?.access;
  }

  /** @type {Talk} */
  #talk = {
    askAgain: async (why) => {
      const n = Number(/([\d,]+) LoRA/.exec(why)?.[1].replaceAll(',', '') ?? this.selection?.size ?? 0);
      const { confirm } = await import('../bulk/lm-confirm.js');
      const yes = await confirm({ title: t('bulk.changed_title'), text: t('bulk.changed_text', { n, before: this.selection?.size ?? 0 }), button: t('bulk.go_on', { n }) });
      return yes ? n : null;
    },
    tellProblems: async (title, problems, count) => {
      const dialog = await import('../bulk/lm-confirm.js');
      dialog.tellProblems(title, problems, count);
    },
  };

  /** @param {string} what */
  async do(what) {
    const own = /** @type {Record<string, () => unknown>} */ ({
      copy_tags: () => this.#copyTags(),
      csv: () => this.#save('csv'),
      json: () => this.#save('json'),
    })[what];
    this.#turn('');
    if (!this.selection || this.selection.size === 0 || this.busy || (what === 'delete' && !this.#mayChange())) {
      return;
    }
    if (own) {
      await own();
      return;
    }
    const { selection, session } = this;
    const deed = await DEEDS[what]?.({ session, selection: selection.chosen, n: selection.size, origin: this.#origin });
    if (deed) {
      await this.#run(deed);
    }
  }

  /** A key was pressed for what is not allowed here. */
  #mayChange() {
    const may = this.#access?.may_change_settings !== false;
    if (!may) {
      this.session.toasts.show(this.#access?.reason ?? '', { kind: 'error' });
    }
    return may;
  }

  /** @param {Deed} deed */
  async #run(deed) {
    const { selection } = this;
    if (selection) {
      const { rounds } = selection;
      this.#work(true);
      const result = await runBulk(this.session, selection.chosen, selection.size, deed, this.#talk);
      this.#work(false);
      if (result && deed.action === 'delete' && selection.rounds === rounds) {
        this.#clear();
      }
    }
  }

  /** @param {boolean} busy */
  #work(busy) {
    this.busy = busy;
    this.requestUpdate();
  }

  /** @param {'csv'|'json'} format */
  async #save(format) {
    if (this.selection) {
      await saveList(this.session, this.selection.chosen, format);
    }
  }

  /** The cards of all that are selected, as many as a prompt may take. @returns {Promise<Card[]>} */
  async #cards() {
    const { selection, results } = this;
    if (!selection?.all || !results) {
      return selection?.cards ?? [];
    }
    const { query, total, except } = selection.all;
    const cards = await stretch(results, query, 0, total - 1);
    return cards.filter(({ id }) => !except.has(id));
  }

  /** Many are written by the server. */
  async #copyTags() {
    const n = this.selection?.size ?? 0;
    const said = () => t('select.tags_copied', { n });
    this.#work(true);
    let text = '';
    if (this.selection && n > MOST) {
      const deed = /** @type {Deed} */ ({ action: 'copy_tags', said, quiet: true });
      text = (await runBulk(this.session, this.selection.chosen, n, deed, this.#talk))?.text ?? '';
    } else {
      text = (await this.#cards()).map((card) => tagOf(card)).join(' ');
    }
    this.#work(false);
    if (text) {
      await copyText(this.session, text, said());
    }
  }

  async #insert() {
    const { selection } = this;
    if (selection && selection.size > MOST) {
      this.session.toasts.show(t('bulk.insert_most', { n: MOST }), { about: 'select' });
    } else if (selection && (selection.size <= MANY || (await this.#isMeant(selection.size)))) {
      const few = selection.size <= MANY;
      this.#work(true);
      try {
        if (await insertMany(this.session, await this.#cards()) && few) {
          this.#clear();
        }
      } catch (error) {
        this.session.toasts.show(sentence(error), { kind: 'error' });
      }
      this.#work(false);
    }
  }

  /** @param {number} n */
  async #isMeant(n) {
    const { confirm } = await import('../bulk/lm-confirm.js');
    const title = t('bulk.insert_title', { n });
    return await confirm({ title, text: [t('bulk.insert_text'), this.#origin].filter(Boolean).join(' '), button: t('bulk.insert_n', { n }) }) !== null;
  }

  /** How many of those picked the list does not show, and whether that is sure. */
  get #elders() {
    const { selection, results } = this;
    const total = results?.cards.total ?? null;
    if (!selection || !results || total === null || selection.all) {
      return { n: 0, isWhole: true };
    }
    const held = Array.from({ length: Math.min(total, LONGEST) }, (_, index) => results.cards.get(index)?.id);
    const isWhole = total <= LONGEST && !held.includes(undefined);
    const ids = new Set(held);
    return { n: selection.outside((id) => ids.has(id), isWhole), isWhole };
  }

  /** Where the selection comes from, when that is not plain to see. */
  get #origin() {
    const { all, elsewhere } = this.selection ?? {};
    if (all) {
      return t(elsewhere ? 'bulk.origin_other' : 'bulk.origin', { what: searchName(all.query) });
    }
    const { n, isWhole } = this.#elders;
    return n === 0 ? '' : t(isWhole ? 'bulk.origin_outside' : 'bulk.origin_picked', { n });
  }

  #clear() {
    this.selection?.clear();
    this.emit('cleared');
  }

  /** @override */
  render() {
    const n = this.selection?.size ?? 0;
    const job = this.session.jobs.active('bulk') ?? this.session.jobs.active('undo');
    return html`${this.#count(n)}
      ${job ? this.#working(job) : n === 0 ? nothing : this.#actions(n)}
      <button class="btn quiet icon" aria-label=${t('bulk.clear')} title=${t('bulk.clear')} @click=${() => this.#clear()}>${icons.close}</button>`;
  }

  /** @param {number} n */
  #count(n) {
    const { selection, results } = this;
    const reading = selection?.state.reading ?? null;
    const elsewhere = selection?.elsewhere ? selection.all : null;
    return html`<span class="chosen" role="status">${reading === null ? t('select.count', { n }) : t('bulk.reading', { n: reading })}
        ${this.#aside()}</span>
      ${elsewhere ? html`<span class="of dim clip" title=${t('bulk.of_title')}>${t('bulk.of', { what: searchName(elsewhere.query) })}</span>` : this.#some()}
      ${results && selection && reading === null ? this.#more(results, selection, n) : nothing}
      <span class="grow dim clip hint">${n === 0 && reading === null ? t('bulk.hint') : nothing}</span>`;
  }

  /** What of it the list does not show. */
  #aside() {
    const { n, isWhole } = this.#elders;
    return n === 0 ? nothing
      : html`<span class="outside" title=${this.#origin}>· ${t(isWhole ? 'bulk.outside' : 'bulk.picked_elsewhere', { n })}</span>`;
  }

  #some() {
    return html`<span class="some">${(this.selection?.cards ?? []).slice(0, SHOWN).map((card) => thumb(this.session, card))}</span>`;
  }

  /** Where there are more than are selected. @param {Results} results @param {Selection} selection @param {number} n */
  #more(results, selection, n) {
    const { total } = results.cards;
    return total === null || total <= n || selection.elsewhere ? nothing
      : html`<button class="btn quiet tiny all" @click=${() => void selectAll(results, selection)}>${t('bulk.select_all', { n: total })}</button>`;
  }

  /** @param {Job} job */
  #working(job) {
    const { api, jobs, toasts } = this.session;
    const cancel = () => api.cancelJob(job.id).then((news) => jobs.put(news), (error) => toasts.show(sentence(error), { kind: 'error' }));
    return html`<div class="work"><span class="clip dim">${job.message || t('bulk.working')} · ${progressText(job)}</span>${progressBar(job)}</div>
      <button class="btn" @click=${() => void cancel()}>${t('job.cancel')}</button>`;
  }

  /** @param {number} n */
  #actions(n) {
    const may = this.#access?.may_change_settings !== false;
    return html`<div class="actions" role="toolbar" aria-label=${t('bulk.actions')}>
        <button class="btn" ?disabled=${this.busy} @click=${() => void this.do('tags')}>${t('bulk.tags')}</button>
        ${MENUS.map((menu) => this.#opener(menu.name, t(`bulk.${menu.name}`), [menu]))}
        <button class="btn icon del" ?disabled=${this.busy || !may} aria-label=${t('bulk.delete')} title=${may ? t('bulk.delete_title') : this.#access?.reason ?? ''}
          @click=${() => void this.do('delete')}>${icons.trash}</button>
      </div>
      <div class="narrow">${this.#opener('all', t('bulk.actions'), MENUS)}</div>
      <button class="btn ${n > MANY ? '' : 'primary'}" ?disabled=${this.busy} title=${n > MOST ? t('bulk.insert_most', { n: MOST }) : nothing}
        @click=${() => void this.#insert()}>${t(n > 1 && n <= MOST ? 'bulk.insert_n' : 'bulk.insert', { n })}</button>`;
  }

  /** @param {string} name @param {string} label @param {Menu[]} menus */
  #opener(name, label, menus) {
    const open = this.menu === name;
    return html`<span class="holder"><button class="btn opener" data-menu=${name} ?disabled=${this.busy} aria-haspopup="menu" aria-expanded=${open}
        @click=${() => this.#turn(open ? '' : name)}>${label}${icons.chevron}</button>
      ${open ? html`<div class="menu scroll" role="menu" aria-label=${label}>
        ${name === 'all' ? this.#item({ name: 'tags', label: 'bulk.tags' }, false) : nothing}
        ${menus.map((menu) => this.#menu(menu, menus.length > 1))}
        ${name === 'all' ? html`<hr>${this.#item({ name: 'delete', label: 'bulk.delete', danger: true }, this.#access?.may_change_settings === false)}` : nothing}
      </div>` : nothing}</span>`;
  }

  /** @param {Menu} menu @param {boolean} titled */
  #menu({ name, items, restricted, stars: rated }, titled) {
    const refused = restricted === true && this.#access?.may_change_settings === false;
    return html`${titled ? html`<h3>${t(`bulk.${name}`)}</h3>` : nothing}
      ${refused ? html`<p class="why">${flags(this.#access?.reason ?? '')}</p>` : nothing}
      ${rated ? html`<div class="rating"><span>${t('bulk.rating')}</span>${stars(null, (value) => void this.#rate(value))}
        <button class="btn quiet tiny" @click=${() => void this.#rate(0)}>${t('bulk.unrate')}</button></div>` : nothing}
      ${items.map((item) => this.#item(item, refused))}`;
  }

  /** @param {number} value */
  async #rate(value) {
    this.#turn('');
    await this.#run(rate(value));
  }

  /** @param {{name: string, label: string, danger?: boolean}} item @param {boolean} refused */
  #item({ name, label, danger }, refused) {
    return html`<button role="menuitem" class=${danger ? 'bad' : ''} ?disabled=${refused} @click=${() => void this.do(name)}>${t(/** @type {StringName} */ (label))}</button>`;
  }
}

define('lm-selection', LmSelection);
