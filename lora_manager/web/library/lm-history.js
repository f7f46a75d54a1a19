/** Everything that was changed: when, by whom, what; each is opened to its changes, or undone; or all since then is. */

import { takeBack, takingBack } from '../core/bulk.js';
import { goBack, lookBack, readHistory, readSet, revertChange } from '../core/api-history.js';
import { changeText, whoText } from '../core/change-words.js';
import * as format from '../core/format.js';
import { sentence } from '../core/actions.js';
import { confirm, tellProblems } from '../bulk/lm-confirm.js';
import { sourceName } from '../detail/fact.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { Pages } from './pages.js';
import { sampleText, setText } from './set-words.js';
import { toolStyles } from './tool-styles.js';
import '../strings/library-tools.js';

/**
 * @import {Access} from '../core/types.js'
 * @import {Change, ChangeSet} from '../core/types-changes.js'
 */

const TALK = { tellProblems };
const DAY = 86_400_000;

export class LmHistory extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    noticeStyles,
    toolStyles,
    css`
      h3 { margin: 16px 0 4px; color: var(--lm-dim); font-weight: 500; }
      .set { border-top: 1px solid var(--lm-line); padding: 8px 0; }
      .line { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 4px 12px; }
      .line .grow { flex: 1 1 260px; }
      .what { display: flex; gap: 8px; align-items: baseline; text-align: left; width: 100%; overflow-wrap: anywhere; }
      .what svg { width: 12px; height: 12px; translate: 0 1px; transition: rotate 0.12s; color: var(--lm-dim); }
      .what[aria-expanded='true'] svg { rotate: 90deg; }
      .undone .name { text-decoration: line-through; color: var(--lm-dim); }
      .sub { display: block; padding-left: 20px; overflow-wrap: anywhere; }
      .line .buttons { display: flex; gap: 4px; margin-left: auto; }
      .changes { margin: 8px 0 4px 20px; border-left: 2px solid var(--lm-line); padding-left: 12px; }
      .changes li { display: flex; align-items: baseline; gap: 8px; padding: 3px 0; overflow-wrap: anywhere; }
      .changes button.name { color: var(--lm-accent-text); text-align: left; }
      .changes button.name:hover { text-decoration: underline; text-underline-offset: 2px; }
      @media (hover: hover) {
        .changes .act { opacity: 0; }
        .changes li:focus-within .act, .changes li:hover .act { opacity: 1; }
      }
    `,
  ];

  /** @type {Pages<ChangeSet>} */
  #sets = new Pages((offset, limit) => readHistory(this.session.api, { offset, limit }), () => this.requestUpdate());
  /** @type {Map<number, Pages<Change>>} of those that are open */
  #open = new Map();
  #revision = -1;

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    this.busy = false;
    this.watch(this.session.server);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.#sets.refresh();
  }

  /** @override Somebody changed something. */
  willUpdate() {
    const { revision } = this.session.server.state;
    if (revision !== this.#revision) {
      const isFirst = this.#revision < 0;
      this.#revision = revision;
      if (!isFirst) {
        void this.#sets.refresh();
      }
    }
  }

  /** @param {ChangeSet} set */
  #turn({ id }) {
    if (!this.#open.delete(id)) {
      const { api } = this.session;
      const pages = new Pages((offset, limit) => readSet(api, id, { offset, limit }), () => this.requestUpdate());
      this.#open.set(id, pages);
      void pages.refresh();
    }
    this.requestUpdate();
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
    await this.#sets.refresh();
  }

  /** @param {ChangeSet} set */
  #undo(set) {
    void this.#work(() => takeBack(this.session, set.id, TALK));
  }

  /** @param {Change} change */
  #revert(change) {
    void this.#work(() => takingBack(this.session, () => revertChange(this.session.api, change.id), TALK));
  }

  /** @param {ChangeSet} set */
  #goBack(set) {
    void this.#work(async () => {
      const { api } = this.session;
      // A moment before it, so that it is taken back too.
      const at = new Date(Date.parse(set.created_at) - 1).toISOString();
      const { changes, adapters, files } = await lookBack(api, at, null);
      if (changes === 0) {
        this.session.toasts.show(t('history.back_nothing'));
        return;
      }
      const text = t('history.back_text', {
        changes: t('history.n_changes', { n: changes }), adapters: t('history.back_adapters', { n: adapters }),
      });
      const more = files > 0 ? ` ${t('history.back_files', { n: files })}` : '';
      const title = t('history.back_title', { time: format.dateTime(set.created_at) });
      const yes = await confirm({ title, text: text + more, button: t('history.back_go'), danger: true });
      if (yes) {
        await takingBack(this.session, () => goBack(api, at, null), TALK);
      }
    });
  }

  /** @override */
  render() {
    const { items, total, error } = this.#sets;
    return html`<section class="panel"><div class="head"><h2 class="grow">${t('history.title')}</h2></div>
      <p class="dim text">${t('history.text')}</p>
      ${error ? errorNotice(error, () => void this.#sets.refresh()) : nothing}
      ${total === 0 && !error ? notice({ icon: icons.history, title: t('history.none'), text: t('history.none_text') }) : nothing}
      ${total === null && !error ? html`<p class="dim">${t('part.loading')}</p>` : nothing}
      ${this.#days(items)}
      ${this.#sets.rest > 0 ? html`<button class="btn more" ?disabled=${this.#sets.busy} @click=${() => void this.#sets.more()}>${t('part.more', { n: this.#sets.rest })}</button>` : nothing}
    </section>`;
  }

  /** @param {ChangeSet[]} items */
  #days(items) {
    let before = '';
    return repeat(items, ({ id }) => id, (set) => {
      const day = dayOf(set.created_at);
      const heading = day === before ? nothing : html`<h3>${day}</h3>`;
      before = day;
      return html`${heading}${this.#set(set)}`;
    });
  }

  /** @param {ChangeSet} set */
  #set(set) {
    const text = setText(set);
    const sample = sampleText(set);
    const open = this.#open.get(set.id);
    const state = set.undone_by !== null ? t('history.undone') : set.state === 'open' ? t('history.going') : set.state === 'stopped' ? t('history.stopped') : '';
    const parts = [timeOf(set.created_at), whoText(set), t('history.n_changes', { n: set.count }), state].filter(Boolean);
    return html`<div class="set ${set.undone_by === null ? '' : 'undone'}">
      <div class="line"><span class="grow">
          <button class="what" aria-expanded=${open !== undefined} title=${t('history.open')} @click=${() => this.#turn(set)}>${icons.chevron}<span class="name">${text}</span></button>
          ${sample ? html`<span class="sub small">${sample}</span>` : nothing}
          <span class="sub dim small">${parts.join(' · ')}</span></span>
        ${this.#actions(set, text)}</div>
      ${open ? this.#changes(open) : nothing}
    </div>`;
  }

  /** Why this visitor may not change files, "" otherwise. */
  get #refused() {
    return this.access && !this.access.may_change_settings ? this.access.reason : '';
  }

  /** @param {ChangeSet} set @param {string} text */
  #actions(set, text) {
    const refused = this.#refused;
    const why = set.can_undo ? (set.touches_files ? refused : '') : set.why_not;
    return html`<span class="buttons"><button class="btn quiet tiny" ?disabled=${this.busy || refused !== ''} title=${refused || t('history.back_why')}
        @click=${() => this.#goBack(set)}>${t('history.back')}</button>
      ${set.undone_by === null ? html`<button class="btn tiny" ?disabled=${this.busy || why !== ''} title=${why || nothing} aria-label=${t('history.undo_of', { what: text })}
        @click=${() => this.#undo(set)}>${t('history.undo')}</button>` : nothing}</span>`;
  }

  /** @param {Pages<Change>} pages */
  #changes(pages) {
    if (pages.error) {
      return errorNotice(pages.error, () => void pages.refresh());
    }
    return html`<ul class="changes">${pages.total === 0 ? html`<li class="dim">${t('history.empty_set')}</li>` : nothing}
      ${repeat(pages.items, ({ id }) => id, (change) => this.#change(change))}
      ${pages.rest > 0 ? html`<li><button class="btn quiet tiny" ?disabled=${pages.busy} @click=${() => void pages.more()}>${t('part.more', { n: pages.rest })}</button></li>` : nothing}</ul>`;
  }

  /** @param {Change} change */
  #change(change) {
    const { adapter_id: adapter, name } = change;
    const text = changeText(change, sourceName);
    return html`<li><span class="grow">${adapter === null ? html`<b>${name || t('history.gone')}</b>`
      : html`<button class="name" @click=${() => this.session.go('catalogue', { adapter })}>${name}</button>`} <span class="dim">${text}</span></span>
      <button class="btn quiet tiny act" ?disabled=${this.busy || !change.can_revert} title=${change.why_not || nothing}
        aria-label=${t('history.revert_of', { what: `${name}: ${text}` })} @click=${() => this.#revert(change)}>${t('history.revert')}</button></li>`;
  }
}

/** @param {string} time @returns {string} "Today", "Yesterday", "12 Nov 2026" */
function dayOf(time) {
  const day = (/** @type {number} */ at) => format.date(new Date(at).toISOString());
  const then = format.date(time);
  return then === day(Date.now()) ? t('history.today') : then === day(Date.now() - DAY) ? t('history.yesterday') : then;
}

/** @param {string} time @returns {string} of its day */
function timeOf(time) {
  return format.dateTime(time).split(', ').at(-1) ?? '';
}

define('lm-history', LmHistory);
