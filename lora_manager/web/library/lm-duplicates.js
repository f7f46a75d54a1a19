/** LoRAs that are there more than once, side by side: which stays and why, the others go to the trash. */

import { readDuplicates } from '../core/api-tools.js';
import { renameFile } from '../core/api-history.js';
import { sentence } from '../core/actions.js';
import { libraryChanged, runBulk, takeBack } from '../core/bulk.js';
import * as format from '../core/format.js';
import { confirm, tellProblems } from '../bulk/lm-confirm.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { progressBar, progressText } from '../ui/progress.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { html, nothing, repeat } from '../vendor/lit.js';
import { duplicatesStyles } from './duplicates-styles.js';
import { allOthers, bytesOf, inOrder, isCompared, isSure, keptOf, othersOf, unconfirmed } from './duplicate-choice.js';
import { lossText, owned, pathsText, takeOver } from './duplicate-loss.js';
import { Pages } from './pages.js';
import { toolStyles } from './tool-styles.js';
import '../strings/library-tools.js';

/**
 * @import {Access} from '../core/types.js'
 * @import {Duplicate, DuplicateGroup, DuplicateKind, Duplicates} from '../core/types-changes.js'
 */

const KINDS = /** @type {const} */ (['file', 'tensors', 'version', 'name']);
const PAGE = 30;
/** Groups read at most for deleting the others of all at once. */
const MOST = 200;

export class LmDuplicates extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [controls, noticeStyles, thumbStyles, toolStyles, duplicatesStyles];

  /** @type {Duplicates|null} */
  #page = null;
  /** @type {Pages<DuplicateGroup>} */
  #groups = this.#pagesOf('file');
  #revision = -1;
  /** Whether a kind was chosen, by the user or because it is the first with anything in it. */
  #isChosen = false;

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {DuplicateKind} */
    this.kind = 'file';
    /** @type {Map<string, number>} by a group's key: which the user wants to keep */
    this.chosen = new Map();
    this.busy = false;
    this.watch(this.session.server, this.session.jobs);
  }

  /** @param {DuplicateKind} kind @returns {Pages<DuplicateGroup>} */
  #pagesOf(kind) {
    return new Pages(async (offset, limit) => {
      this.#page = await readDuplicates(this.session.api, kind, { offset, limit });
      return this.#page;
    }, () => this.requestUpdate(), PAGE);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.#first();
  }

  /** The first kind in which there is anything. */
  async #first() {
    await this.#groups.refresh();
    const found = KINDS.find((kind) => (this.#page?.groups[kind] ?? 0) > 0);
    if (!this.#isChosen && found && found !== this.kind) {
      this.#show(found);
    }
  }

  /** @override */
  willUpdate() {
    const { revision } = this.session.server.state;
    if (revision !== this.#revision && this.#revision >= 0) {
      void this.#groups.refresh();
    }
    this.#revision = revision;
  }

  /** @param {DuplicateKind} kind */
  #show(kind) {
    this.#isChosen = true;
    this.kind = kind;
    this.#groups = this.#pagesOf(kind);
    void this.#groups.refresh();
  }

  /** @param {() => Promise<unknown>} work */
  async #work(work) {
    this.busy = true;
    this.requestUpdate();
    try {
      await work();
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
    this.busy = false;
    await this.#groups.refresh();
  }

  #talk = { tellProblems, askAgain: async () => null };

  /** @param {DuplicateGroup[]} groups @param {number[]} ids @returns {import('./duplicate-loss.js').Going[]} */
  #going(groups, ids) {
    const gone = new Set(ids);
    return groups.map((group) => {
      const others = group.items.filter(({ id }) => gone.has(id));
      others.forEach(({ id }) => gone.delete(id)); // It can be of several groups.
      return { kept: keptOf(group, this.chosen), others };
    });
  }

  /** @param {DuplicateGroup[]} groups @param {number[]} ids @param {number} bytes */
  #delete(groups, ids, bytes) {
    void this.#work(async () => {
      const n = ids.length;
      const freed = bytes > 0 ? ` ${t('duplicates.bytes', { size: format.bytes(bytes) })}.` : '';
      const title = t('duplicates.delete_title', { n });
      const compared = isCompared(this.kind);
      const text = t(compared ? 'duplicates.delete_text' : 'duplicates.delete_unlike') + freed;
      const going = this.#going(groups, ids);
      const loses = owned(going).length > 0;
      const yes = await confirm({
        title, text, button: t('delete.go', { n }), danger: true, lines: pathsText(going), warning: lossText(going),
        ...(loses ? { check: t('duplicates.take_over'), checked: true } : {}),
      });
      if (yes) {
        await (yes.checked ? takeOver(this.session.api, going) : null);
        // The server looks once more whether they are the same, and whether one stays.
        const params = compared ? { as_duplicates: this.kind } : {};
        await runBulk(this.session, { ids }, n, { action: 'delete', params, said: (done) => t('done.delete', { n: done }) }, this.#talk);
      }
    });
  }

  /** @param {number[]} ids */
  #compare(ids) {
    void this.#work(() => runBulk(this.session, { ids }, ids.length, {
      action: 'confirm_hashes', said: (n) => t('done.confirm_hashes', { n }),
    }, this.#talk));
  }

  /** @param {Duplicate} item */
  #rename({ id, suggested_name: name }) {
    void this.#work(async () => {
      const { change_set: set } = await renameFile(this.session.api, id, name);
      libraryChanged(this.session);
      const undo = set === null ? null : { label: t('toast.undo'), run: () => void this.#work(() => takeBack(this.session, set, this.#talk)) };
      this.session.toasts.show(t('duplicates.renamed', { name }), { action: undo });
    });
  }

  get #may() {
    return this.access?.may_change_settings !== false;
  }

  /** @override */
  render() {
    const { items, total, error, rest, busy } = this.#groups;
    return html`<section class="panel"><div class="head"><h2 class="grow">${t('duplicates.title')}</h2></div>
      ${this.#tabs()}
      <div role="tabpanel" id="kind" aria-labelledby="tab-${this.kind}">
        <p class="dim text">${t(`duplicates.${this.kind}_text`)}</p>
        ${this.#may ? nothing : html`<p class="warn why">${flags(this.access?.reason ?? '')}</p>`}
        ${items.length > 0 ? this.#summary(items) : nothing}
        ${this.#job()}
        ${error ? errorNotice(error, () => void this.#groups.refresh()) : nothing}
        ${total === 0 && !error ? notice({ icon: icons.check, title: t('duplicates.none'), text: t('duplicates.none_text') }) : nothing}
        ${total === null && !error ? html`<p class="dim">${t('part.loading')}</p>` : nothing}
        ${repeat(items, ({ key }) => key, (group) => this.#group(group))}
        ${rest > 0 ? html`<button class="btn more" ?disabled=${busy} @click=${() => void this.#groups.more()}>${t('part.more', { n: rest })}</button>` : nothing}
      </div></section>`;
  }

  #tabs() {
    const key = (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.#show(KINDS[(KINDS.indexOf(this.kind) + step + KINDS.length) % KINDS.length]);
        void this.updateComplete.then(() => this.find(`#tab-${this.kind}`)?.focus());
      }
    };
    return html`<div class="tabs" role="tablist" aria-label=${t('duplicates.kinds')} @keydown=${key}>${KINDS.map((kind) => html`<button
      role="tab" id="tab-${kind}" class="chip ${kind === this.kind ? 'on' : ''}" aria-selected=${kind === this.kind} aria-controls="kind"
      tabindex=${kind === this.kind ? 0 : -1} @click=${() => this.#show(kind)}>${t(`duplicates.${kind}`)}
      <span class="dim">${this.#page ? format.count(this.#page.groups[kind] ?? 0) : nothing}</span></button>`)}</div>`;
  }

  /** What can be done with all groups at once. @param {DuplicateGroup[]} groups */
  #summary(groups) {
    const page = this.#page;
    const compare = unconfirmed(groups);
    const all = allOthers(groups, this.chosen);
    const parts = [t('duplicates.n_groups', { n: page?.total ?? 0 }), page && page.bytes > 0 ? t('duplicates.bytes', { size: format.bytes(page.bytes) }) : ''];
    return html`<div class="summary"><span class="grow dim">${parts.filter(Boolean).join(' · ')}</span>
      ${compare.length > 0 ? html`<button class="btn" ?disabled=${this.busy} title=${t('duplicates.compare_why')}
        @click=${() => this.#compare(compare)}>${t('duplicates.compare_all')}</button>` : nothing}
      ${all.groups > 1 ? html`<button class="btn bad" ?disabled=${this.busy || !this.#may}
        @click=${() => void this.#deleteAll()}>${t('duplicates.delete_all', { n: Math.max(all.groups, this.#all ? page?.total ?? 0 : 0) })}</button>` : nothing}</div>`;
  }

  /** Whether there are more groups than are shown. */
  get #all() {
    const { items, total } = this.#groups;
    return items.length < (total ?? 0) && items.every(isSure);
  }

  /** The others of all groups, those that are not shown yet among them. */
  async #deleteAll() {
    const { items, total } = this.#groups;
    let groups = items;
    if (items.length < (total ?? 0)) {
      groups = [];
      for (let more = true; more && groups.length < (total ?? 0);) {
        const page = await readDuplicates(this.session.api, this.kind, { offset: groups.length, limit: MOST });
        groups = [...groups, ...page.items];
        more = page.items.length > 0;
      }
    }
    const { ids, bytes } = allOthers(groups, this.chosen);
    this.#delete(groups.filter(isSure), ids, bytes);
  }

  #job() {
    const job = this.session.jobs.active('bulk');
    return job && this.busy ? html`<div class="job"><span class="dim">${job.message} ${progressText(job)}</span>${progressBar(job)}</div>` : nothing;
  }

  /** @param {DuplicateGroup} group */
  #group(group) {
    const kept = keptOf(group, this.chosen);
    const others = othersOf(group, this.chosen);
    const bytes = bytesOf(group.items, new Set(others));
    return html`<article class="group" aria-label=${group.items[0].name}>
      <div class="line"><p class="grow">${this.#why(group, kept)}</p>
        ${this.#button(group, others, bytes)}</div>
      <div class="side" role=${group.kind === 'name' ? 'list' : 'radiogroup'}>${repeat(inOrder(group, group.keep), ({ id }) => id, (item) => this.#item(item, group, kept))}</div>
    </article>`;
  }

  /** @param {DuplicateGroup} group @param {number} kept */
  #why({ kind, keep, why }, kept) {
    return kind === 'name' ? why : kept === keep ? t('duplicates.why', { why }) : t('duplicates.chosen');
  }

  /** @param {DuplicateGroup} group @param {number[]} others @param {number} bytes */
  #button(group, others, bytes) {
    if (others.length === 0) {
      return nothing;
    }
    return group.confirmed || !isCompared(group.kind)
      ? html`<button class="btn tiny bad" ?disabled=${this.busy || !this.#may} title=${this.#may ? nothing : this.access?.reason ?? ''}
          @click=${() => this.#delete([group], others, bytes)}>${icons.trash}${t('duplicates.delete', { n: others.length })}</button>`
      : html`<button class="btn tiny" ?disabled=${this.busy} title=${t('duplicates.compare_why')}
          @click=${() => this.#compare(unconfirmed([group]))}>${t('duplicates.compare')}</button>`;
  }

  /** @param {Duplicate} item @param {DuplicateGroup} group @param {number} kept */
  #item(item, group, kept) {
    const { id, name, folder, size, modified_at: modified, uses, rating, favourite, edited, version, path } = item;
    const isKept = id === kept && group.kind !== 'name';
    const facts = [
      version, format.bytes(size), modified ? t('duplicates.modified', { date: format.date(modified) }) : '', t('card.uses', { n: uses }),
      rating ? '★'.repeat(rating) : '', favourite ? '♥' : '', edited ? t('duplicates.edited') : '',
    ];
    return html`<div class="item ${isKept ? 'kept' : ''}" role=${group.kind === 'name' ? 'listitem' : nothing}>
      ${thumb(this.session, item)}
      <div class="grow"><button class="name" title=${t('duplicates.open', { name })} @click=${() => this.session.go('catalogue', { adapter: id })}>${name}</button>
        <span class="path small dim" title=${path}>${path}</span>
        <span class="small dim">${facts.filter(Boolean).map((fact, index) => html`${index > 0 ? ' · ' : nothing}<span class="fact">${fact}</span>`)}</span>
        ${group.kind === 'name' ? this.#reach(item) : html`<button class="btn tiny keep" role="radio" aria-checked=${isKept}
          aria-label=${t('duplicates.keep_of', { name, folder: folder || t('duplicates.top') })} @click=${() => {
            this.chosen.set(group.key, id);
            this.requestUpdate();
          }}>${isKept ? icons.check : nothing}${t(isKept ? 'duplicates.kept' : 'duplicates.keep')}</button>`}</div></div>`;
  }

  /** @param {Duplicate} item */
  #reach(item) {
    const { reached, suggested_name: name } = item;
    return html`<span class="small ${reached ? 'good' : 'warn'}">${t(reached ? 'duplicates.reached' : 'duplicates.hidden')}</span>
      ${name ? html`<button class="btn tiny keep" ?disabled=${this.busy || !this.#may} title=${this.#may ? nothing : this.access?.reason ?? ''}
        @click=${() => this.#rename(item)}>${t('duplicates.rename', { name })}</button>` : nothing}`;
  }
}

define('lm-duplicates', LmDuplicates);
