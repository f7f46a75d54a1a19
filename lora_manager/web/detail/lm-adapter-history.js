/** What was changed about one LoRA: folded until somebody looks; each change can be undone, or all back to a moment. */

import { sentence } from '../core/actions.js';
import { goBack, lookBack, readAdapterHistory, revertChange } from '../core/api-history.js';
import { changeText, fieldName, whoText } from '../core/change-words.js';
import * as format from '../core/format.js';
import { Latest } from '../core/timing.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { sourceName } from './sources.js';
import { editStyles } from './edit-styles.js';
import { followed } from './taking-back.js';
import '../strings/detail.js';

/**
 * @import {BackTo, Change, Reverted} from '../core/types-changes.js'
 * @import {Editing} from './editing.js'
 */

const PAGE = 20;

export class LmAdapterHistory extends LmElement {
  static properties = { adapterId: { attribute: false }, editing: { attribute: false } };

  static styles = [controls, editStyles, css`
    details { border-bottom: 1px solid var(--lm-line); }
    summary { padding: 8px 0; cursor: pointer; border-radius: 6px; }
    .list { display: grid; gap: 2px; padding-bottom: 8px; }
    .list li { padding: 6px 0; }
    .list li + li { border-top: 1px solid var(--lm-line); }
    .what { overflow-wrap: anywhere; }
    .foot { display: flex; align-items: center; gap: 4px; margin-top: 2px; }
    .foot .grow { overflow-wrap: anywhere; }
    .foot .btn { margin: -2px 0; }
    .ask { display: grid; gap: 8px; margin-top: 6px; padding: 8px 10px; border: 1px solid var(--lm-line-strong); border-radius: 8px; }
    .ask div { display: flex; gap: 8px; }
    p.small { padding-bottom: 8px; }
  `];

  #latest = new Latest();
  #revision = -1;

  constructor() {
    super();
    /** @type {number|null} */
    this.adapterId = null;
    /** @type {Editing|null} */
    this.editing = null;
    this.open = false;
    /** @type {Change[]|null} */
    this.items = null;
    this.total = 0;
    /** @type {unknown} */
    this.error = null;
    /** @type {{change: Change, extent: BackTo}|null} what is asked before going back */
    this.asked = null;
    this.watch(this.session.server, this.session.cards);
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('adapterId')) {
      this.items = null;
      this.asked = null;
    }
    const revision = this.session.server.state.revision + this.session.cards.state.changes;
    if (this.open && revision !== this.#revision) {
      this.#revision = revision; // What was just done is a change as well.
      void this.#read();
    }
  }

  /** @param {number} [offset] */
  async #read(offset = 0) {
    const id = /** @type {number} */ (this.adapterId);
    const limit = offset === 0 ? Math.min(200, Math.max(PAGE, this.items?.length ?? 0)) : PAGE;
    try {
      const { api } = this.session;
      const page = await this.#latest.run((signal) => readAdapterHistory(api, id, { limit, offset }, signal));
      if (!page) {
        return;
      }
      const known = offset === 0 ? [] : (this.items ?? []);
      const seen = new Set(known.map((change) => change.id));
      this.items = [...known, ...page.items.filter((change) => !seen.has(change.id))];
      this.total = page.total;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** @param {() => Promise<Reverted>} ask */
  async #takeBack(ask) {
    const { toasts } = this.session;
    const id = /** @type {number} */ (this.adapterId);
    this.asked = null;
    this.requestUpdate();
    try {
      this.#tell(await followed(this.session, await ask()), id);
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about: `edit ${id}` });
    }
    await this.editing?.reload(id);
    await this.#read();
  }

  /** @param {Reverted} reverted @param {number} id */
  #tell({ reverted = 0, skipped = [], set_id: set }, id) {
    const why = skipped.map((one) => t('history.skipped', { field: fieldName(one.field), why: one.why }));
    const text = [t(reverted > 0 ? 'history.reverted' : 'history.none', { n: reverted }), ...why].join('. ');
    const action = typeof set === 'number' && reverted > 0
      ? { label: t('toast.undo'), run: () => void this.editing?.undo([set], id) } : null;
    this.session.toasts.show(text, { action, kind: why.length > 0 ? 'error' : 'info', about: `edit ${id}` });
  }

  /** @param {Change} change */
  async #askBack(change) {
    try {
      this.asked = { change, extent: await lookBack(this.session.api, change.at, this.adapterId) };
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
    this.requestUpdate();
  }

  /** @param {Event & {target: HTMLDetailsElement}} event */
  #turned({ target }) {
    this.open = target.open;
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<details @toggle=${this.#turned}><summary>${t('history.title')}${this.open && this.items
      ? html` <span class="dim">${format.count(this.total)}</span>` : nothing}</summary>${this.open ? this.#inside() : nothing}</details>`;
  }

  #inside() {
    const { items, error } = this;
    if (error && !items) {
      return html`<p class="bad small">${sentence(error)} <button class="link" @click=${() => void this.#read()}>${t('error.retry')}</button></p>`;
    }
    if (!items) {
      return html`<p class="dim small" role="status">${t('history.loading')}</p>`;
    }
    if (items.length === 0) {
      return html`<p class="dim small">${t('history.empty')}</p>`;
    }
    return html`<ul class="list">${repeat(items, ({ id }) => id, (change, index) => this.#line(change, index))}</ul>
      ${items.length < this.total ? html`<p class="small"><button class="btn tiny" @click=${() => void this.#read(items.length)}>${t('history.more')}</button></p>` : nothing}`;
  }

  /** @param {Change} change @param {number} index */
  #line(change, index) {
    const undo = change.can_revert ? t('history.revert_why') : change.why_not;
    return html`<li>
      <p class="what small">${changeText(change, sourceName)}</p>
      <div class="foot small dim"><span class="grow" title=${format.dateTime(change.at)}>${t('history.by', {
        who: whoText(change), ago: format.ago(change.at),
      })}</span>
        ${index > 0 ? html`<button class="btn quiet tiny" title=${t('history.back_why')} @click=${() => void this.#askBack(change)}>${t('history.back')}</button>` : nothing}
        <button class="btn quiet tiny" title=${undo} ?disabled=${!change.can_revert}
          @click=${() => void this.#takeBack(() => revertChange(this.session.api, change.id))}>${t('history.revert')}</button></div>
      ${this.asked?.change.id === change.id ? this.#question(this.asked) : nothing}
    </li>`;
  }

  /** @param {{change: Change, extent: BackTo}} asked */
  #question({ change, extent }) {
    const later = () => {
      this.asked = null;
      this.requestUpdate();
    };
    const text = extent.changes === 0 ? t('history.back_none') : t('history.back_ask', { n: extent.changes, time: format.dateTime(change.at) })
      + (extent.files > 0 ? t('history.back_files', { n: extent.files }) : '');
    return html`<div class="ask small" role="alertdialog" aria-label=${t('history.back')}><p>${text}</p><div>
      ${extent.changes > 0 ? html`<button class="btn tiny primary" @click=${() => void this.#takeBack(() => (
        goBack(this.session.api, change.at, this.adapterId)))}>${icons.again}${t('history.back_do')}</button>` : nothing}
      <button class="btn tiny" @click=${later}>${t('edit.cancel')}</button></div></div>`;
  }
}

define('lm-adapter-history', LmAdapterHistory);
