/** The backups of the database: made, checked, brought back. */

import { makeBackup, readBackups, restoreBackup, verifyBackup } from '../core/api-tools.js';
import { copyText, sentence } from '../core/actions.js';
import { finished, libraryChanged } from '../core/bulk.js';
import * as format from '../core/format.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { progressBar, progressText } from '../ui/progress.js';
import { t } from '../strings.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { beforeRestore, reasonText, SHOWN, summary, timeText } from './backup-words.js';
import { wantsRestore } from './lm-restore.js';
import { toolStyles } from './tool-styles.js';

/**
 * @import {Access, Job} from '../core/types.js'
 * @import {Backup, Backups} from '../core/types-changes.js'
 */

const ABOUT = 'backup';

export class LmBackups extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    noticeStyles,
    toolStyles,
    css`
      .job { display: grid; gap: 8px; margin: 12px 0 4px; }
      ul { margin-top: 12px; }
      li { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 8px 0; border-top: 1px solid var(--lm-line); }
      li .grow { flex: 1 1 220px; display: grid; }
      li .buttons { display: flex; gap: 8px; margin-left: auto; }
      .now { margin-top: 8px; }
      .folder { display: flex; align-items: center; gap: 4px; padding-top: 12px; border-top: 1px solid var(--lm-line); }
    `,
  ];

  #stop = () => {};

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {Backups|null} */
    this.list = null;
    /** @type {unknown} */
    this.error = null;
    this.showsAll = false;
    this.asking = false;
    this.watch(this.session.jobs);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#stop();
    this.#stop = this.session.jobs.onFinished(({ kind }) => (kind === 'backup' || kind === 'bulk') && void this.#read());
    void this.#read();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  async #read() {
    try {
      this.list = await readBackups(this.session.api);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /**
   * @param {() => Promise<Job>} begin
   * @param {(job: Job) => void} done what is said when it went well
   */
  async #work(begin, done) {
    const { toasts } = this.session;
    this.asking = true;
    this.requestUpdate();
    try {
      const begun = await begin();
      this.asking = false;
      const job = await finished(this.session, begun);
      if (job.state === 'done' && job.result) {
        done(job);
      } else {
        const failed = job.state === 'failed' || job.state === 'interrupted';
        toasts.show(job.error || t('backups.stopped'), { kind: failed ? 'error' : 'info', about: ABOUT });
      }
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about: ABOUT });
    }
    this.asking = false;
    await this.#read();
  }

  #make() {
    const { api, toasts } = this.session;
    void this.#work(() => makeBackup(api), ({ result }) => {
      const same = this.list?.items.find(({ name }) => name === result.name);
      toasts.show(result.is_new ? t('backups.made', { size: format.bytes(result.bytes) })
        : t('backups.unchanged', { time: same ? timeText(same) : '' }), { about: ABOUT });
    });
  }

  /** @param {Backup} backup */
  #verify(backup) {
    const { api, toasts } = this.session;
    void this.#work(() => verifyBackup(api, backup.name), ({ result }) => {
      toasts.show(t('backups.verified', { time: timeText(backup), n: result.counts.adapter ?? 0 }), { about: ABOUT });
    });
  }

  /** @param {Backup} backup */
  async #restore(backup) {
    if (await wantsRestore(backup)) {
      this.#bringBack(backup.name, t('backups.restored', { time: timeText(backup) }));
    }
  }

  /** @param {string} name @param {string} said */
  #bringBack(name, said) {
    const { session } = this;
    void this.#work(() => restoreBackup(session.api, name), ({ result }) => {
      libraryChanged(session);
      void session.readLibrary();
      const undo = result.safety ? { label: t('backups.undo'), run: () => this.#bringBack(result.safety, t('backups.undone')) } : null;
      const text = [said, ...result.notes].join('. ');
      // It stays until it is closed: there is time to look around first.
      session.toasts.show(text, { action: undo, about: ABOUT, stays: undo !== null });
    });
  }

  /** @param {Job} job */
  async #cancel(job) {
    try {
      this.session.jobs.put(await this.session.api.cancelJob(job.id));
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
  }

  get #may() {
    return this.access?.may_change_settings !== false;
  }

  /** @override */
  render() {
    const { list, error } = this;
    const job = this.session.jobs.active('backup');
    return html`<section class="panel">
      <div class="head"><h2 class="grow">${t('backups.title')}</h2>
        ${list && !list.why_not ? html`<button class="btn primary" ?disabled=${!this.#may || this.asking || !!job}
          @click=${() => this.#make()}>${icons.copy}${t('backups.now')}</button>` : nothing}</div>
      <p class="dim text">${t('backups.text')}</p>
      ${this.#may ? nothing : html`<p class="warn why">${flags(this.access?.reason ?? '')}</p>`}
      ${error ? errorNotice(error, () => void this.#read()) : nothing}
      ${!list && !error ? html`<p class="dim">${t('part.loading')}</p>` : nothing}
      ${list ? this.#list(list, job) : nothing}
    </section>`;
  }

  /** @param {Backups} list @param {Job|undefined} job */
  #list(list, job) {
    if (list.why_not) {
      return html`<p class="why">${list.why_not}</p>`;
    }
    const { items, last_error: failure } = list;
    const shown = this.showsAll ? items : items.slice(0, SHOWN);
    return html`${job ? this.#job(job) : html`<p class="now">${summary(list)}</p>`}
      ${this.#restored(list, !!job)}
      ${failure ? html`<p class="bad" role="alert">${t('backups.failed', { why: failure })}</p>` : nothing}
      ${items.length === 0 ? notice({ icon: icons.copy, title: t('backups.none'), text: t('backups.none_text') }) : nothing}
      <ul>${repeat(shown, ({ name }) => name, (backup) => this.#backup(backup, !!job))}</ul>
      ${shown.length < items.length ? html`<button class="btn more" @click=${() => {
        this.showsAll = true;
        this.requestUpdate();
      }}>${t('backups.older', { n: items.length - shown.length })}</button>` : nothing}
      ${items.length > 0 ? this.#folder(list.folder) : nothing}`;
  }

  /**
   * A backup was brought back not long ago: also who reloaded the page can undo it.
   * @param {Backups} list
   * @param {boolean} isBusy
   */
  #restored({ items }, isBusy) {
    const before = beforeRestore(items);
    return before ? html`<p class="now row"><span class="grow">${t('backups.brought_back', { time: timeText(before) })}</span>
      <button class="btn tiny" ?disabled=${!this.#may || isBusy || this.asking}
        @click=${() => this.#bringBack(before.name, t('backups.undone'))}>${t('backups.undo')}</button></p>` : nothing;
  }

  /** @param {Job} job */
  #job(job) {
    return html`<div class="job"><div class="row"><span class="grow clip">${job.message || t('job.backup')}</span>
      <span class="dim">${progressText(job)}</span>
      <button class="btn tiny" @click=${() => void this.#cancel(job)}>${t('job.cancel')}</button></div>${progressBar(job)}</div>`;
  }

  /** @param {Backup} backup @param {boolean} isBusy */
  #backup(backup, isBusy) {
    const { reason, bytes, counts, problem, version } = backup;
    const time = timeText(backup);
    const facts = [format.bytes(bytes), counts.adapter === undefined ? '' : t('backups.holds', { n: counts.adapter })];
    const disabled = !this.#may || isBusy || this.asking;
    return html`<li title=${version ? `LoRA Manager ${version}` : nothing}>
      <span class="grow"><span><b>${time}</b> <span class="dim">· ${reasonText(reason)}</span></span>
        <span class="dim small">${facts.filter(Boolean).join(' · ')}</span>
        ${problem ? html`<span class="bad small" role="alert">${t('backups.damaged')}: ${problem}</span>` : nothing}</span>
      <span class="buttons"><button class="btn quiet tiny" ?disabled=${disabled} aria-label=${t('backups.verify_of', { time })}
          @click=${() => this.#verify(backup)}>${t('backups.verify')}</button>
        <button class="btn tiny" ?disabled=${disabled || !!problem} aria-label=${t('backups.restore_of', { time })}
          @click=${() => void this.#restore(backup)}>${t('backups.restore')}</button></span>
    </li>`;
  }

  /** @param {string} folder */
  #folder(folder) {
    const label = t('backups.copy_folder');
    return html`<p class="folder dim small"><span class="path">${t('backups.folder')} ${folder}</span>
      <button class="btn quiet tiny icon" aria-label=${label} title=${label}
        @click=${() => copyText(this.session, folder, t('detail.copied'))}>${icons.copy}</button></p>`;
  }
}

define('lm-backups', LmBackups);
