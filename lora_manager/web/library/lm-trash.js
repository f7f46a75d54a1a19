/** What was deleted and is still there: brought back, or removed for good. */

import { deleteTrashed, emptyTrash, readTrash, restoreTrashed } from '../core/api-tools.js';
import { sentence } from '../core/actions.js';
import { finished, libraryChanged } from '../core/bulk.js';
import { isActive } from '../core/jobs.js';
import * as format from '../core/format.js';
import { confirm } from '../bulk/lm-confirm.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { progressBar, progressText } from '../ui/progress.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { Pages } from './pages.js';
import { toolStyles } from './tool-styles.js';
import '../strings/library-tools.js';

/**
 * @import {Access} from '../core/types.js'
 * @import {Trashed, TrashPage} from '../core/types-changes.js'
 */

const SOON = 3;

export class LmTrash extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    noticeStyles,
    thumbStyles,
    toolStyles,
    css`
      li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 8px 0; border-top: 1px solid var(--lm-line); }
      ul { margin-top: 12px; }
      li .grow { flex: 1 1 240px; display: grid; }
      li .buttons { display: flex; gap: 8px; margin-left: auto; }
      .job { display: grid; gap: 4px; padding-top: 12px; }
    `,
  ];

  /** @type {TrashPage|null} */
  #page = null;
  /** @type {Pages<Trashed>} */
  #items = new Pages(async (offset, limit) => {
    this.#page = await readTrash(this.session.api, { offset, limit });
    return this.#page;
  }, () => this.requestUpdate());
  #revision = -1;
  /** @type {import('../core/types.js').Job['id']|null} */
  #emptying = null;

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {number|null} the one something is done with */
    this.busy = null;
    this.watch(this.session.server, this.session.jobs);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.#items.refresh();
  }

  /** @override */
  willUpdate() {
    const { revision } = this.session.server.state;
    if (revision !== this.#revision && this.#revision >= 0) {
      void this.#items.refresh();
    }
    this.#revision = revision;
  }

  /** @param {number} id @param {() => Promise<string>} work says what was done */
  async #work(id, work) {
    const { toasts } = this.session;
    this.busy = id;
    this.requestUpdate();
    try {
      const done = await work();
      if (done) {
        libraryChanged(this.session);
        toasts.show(done);
      }
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error' });
    }
    this.busy = null;
    await this.#items.refresh();
  }

  /** @param {Trashed} item */
  #restore({ id, name }) {
    void this.#work(id, async () => {
      await restoreTrashed(this.session.api, id);
      return t('trash.restored', { name });
    });
  }

  /** @param {Trashed} item */
  async #delete({ id, name, size }) {
    const text = t('trash.delete_text', { size: format.bytes(size) });
    if (await confirm({ title: t('trash.delete_title', { name }), text, button: t('trash.delete'), danger: true })) {
      void this.#work(id, async () => {
        const { bytes } = await deleteTrashed(this.session.api, id);
        return t('trash.deleted', { name, size: format.bytes(bytes) });
      });
    }
  }

  /** @param {TrashPage} page */
  async #empty({ total, bytes }) {
    const text = t('trash.empty_text', { n: total, size: format.bytes(bytes) });
    if (await confirm({ title: t('trash.empty_title'), text, button: t('trash.empty_go', { n: total }), danger: true })) {
      void this.#work(0, async () => {
        const begun = await emptyTrash(this.session.api);
        this.#emptying = begun.id;
        const job = await finished(this.session, begun);
        if (job.state === 'failed') {
          throw new Error(job.error ?? '');
        }
        return job.state === 'done' ? t('trash.emptied') : '';
      });
    }
  }

  get #may() {
    return this.access?.may_change_settings !== false;
  }

  /** @override */
  render() {
    const { items, total, error, rest, busy } = this.#items;
    return html`<section class="panel">
      ${this.#head()}
      ${this.#may ? nothing : html`<p class="warn why">${flags(this.access?.reason ?? '')}</p>`}
      ${this.#job()}
      ${error ? errorNotice(error, () => void this.#items.refresh()) : nothing}
      ${total === 0 && !error ? notice({ icon: icons.trash, title: t('trash.none'), text: t('trash.none_text') }) : nothing}
      ${total === null && !error ? html`<p class="dim">${t('part.loading')}</p>` : nothing}
      <ul>${repeat(items, ({ id }) => id, (item) => this.#item(item))}</ul>
      ${rest > 0 ? html`<button class="btn more" ?disabled=${busy} @click=${() => void this.#items.more()}>${t('part.more', { n: rest })}</button>` : nothing}
    </section>`;
  }

  #head() {
    const page = this.#page;
    const full = page !== null && page.total > 0;
    return html`<div class="head"><h2 class="grow">${t('trash.title')} ${full
        ? html`<span class="dim count">${t('trash.total', { n: page.total, size: format.bytes(page.bytes) })}</span>` : nothing}</h2>
        ${full ? html`<button class="btn bad" ?disabled=${!this.#may || this.busy !== null}
          @click=${() => void this.#empty(page)}>${icons.trash}${t('trash.empty')}</button>` : nothing}</div>
      ${page ? html`<p class="dim text">${page.days > 0 ? t('trash.text', { days: page.days }) : t('trash.text_ever')}</p>` : nothing}`;
  }

  #job() {
    const job = this.session.jobs.get(this.#emptying);
    return job && isActive(job) ? html`<div class="job"><span class="dim">${job.message} ${progressText(job)}</span>${progressBar(job)}</div>` : nothing;
  }

  /** @param {Trashed} item */
  #item(item) {
    const { adapter_id: adapter, name, path, size, preview, problem } = item;
    const disabled = !this.#may || this.busy !== null;
    return html`<li>${thumb(this.session, { id: adapter, name, preview })}
      <span class="grow"><b>${name}</b><span class="path dim small">${path}</span>
        <span class="small dim">${[format.bytes(size), whenText(item)].filter(Boolean).join(' · ')}${this.#left(item)}</span>
        ${problem ? html`<span class="warn small">${problem}</span>` : nothing}</span>
      <span class="buttons"><button class="btn tiny" ?disabled=${disabled} aria-label=${t('trash.restore_of', { name })}
          @click=${() => this.#restore(item)}>${t('trash.restore')}</button>
        <button class="btn quiet tiny bad" ?disabled=${disabled} aria-label=${t('trash.delete_of', { name })}
          @click=${() => void this.#delete(item)}>${t('trash.delete')}</button></span>
    </li>`;
  }

  /** @param {Trashed} item */
  #left({ days_left: days }) {
    if (days === null) {
      return nothing;
    }
    const text = days < 1 ? t('trash.last_day') : t('trash.days_left', { n: Math.floor(days) });
    return html` · <span class=${days <= SOON ? 'warn' : ''}>${text}</span>`;
  }
}

/** @param {Trashed} item */
function whenText({ deleted_at: at, user_name: name }) {
  return name ? t('trash.deleted_by', { ago: format.ago(at), name }) : t('trash.deleted_at', { ago: format.ago(at) });
}

define('lm-trash', LmTrash);
