/** The Library tab: its parts, and of the first of them the folders, what could not be read, where everything lies. */

import * as format from '../core/format.js';
import { copyText, sentence } from '../core/actions.js';
import { WEB_VERSION } from '../core/base.js';
import { isActive } from '../core/jobs.js';
import { define, MountElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { progressBar, progressText } from '../ui/progress.js';
import { t } from '../strings.js';
import '../strings/library.js';
import '../strings/library-tools.js';
import { html, nothing } from '../vendor/lit.js';
import { libraryStyles } from './library-styles.js';
import { SECTIONS, sectionOf } from './sections.js';
import './lm-access.js';
import './lm-hashing.js';
import './lm-packages.js';
import './lm-problems.js';

/** @import {Job, Library, Root, ScanResult} from '../core/types.js' */

export class LmLibrary extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, libraryStyles);

  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#read());

  constructor() {
    super();
    this.starting = false;
    /** Parts that have come. @type {Set<string>} */
    this.there = new Set(['']);
    const { library, jobs, server, host, nav } = this.session;
    this.watch(library, jobs, server, host, nav);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#seen.observe(this); // Read anew each time the tab comes into sight.
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#seen.disconnect();
  }

  #read() {
    return Promise.all([this.session.readLibrary(), this.session.readHost()]);
  }

  /** @param {boolean} force */
  async #scan(force) {
    this.starting = true;
    this.requestUpdate();
    try {
      this.session.jobs.put(await this.session.api.scan(force));
      this.session.events.nudge();
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
    this.starting = false;
    this.requestUpdate();
  }

  /** @param {Job} job */
  async #cancel(job) {
    try {
      this.session.jobs.put(await this.session.api.cancelJob(job.id));
    } catch (error) {
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
  }

  /** @override A part comes when it is opened. */
  willUpdate() {
    const { id, load } = this.section;
    if (!this.there.has(id)) {
      this.session.need(load()).then(() => {
        this.there.add(id);
        this.requestUpdate();
      }, () => {});
    }
  }

  /** @override In a narrow tab its name may be out of sight. */
  updated() {
    this.find('.parts [aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** The part that is open. */
  get section() {
    return sectionOf(this.session.nav.state.section);
  }

  /** @override */
  render() {
    const { info, error } = this.session.library.state;
    const { id, view } = this.section;
    return html`<div class="page scroll">${this.#parts()}<div class="column" role="tabpanel" id="part" aria-labelledby="tab-${id}">
      ${error && !info ? errorNotice(error, () => void this.#read()) : nothing}
      ${info && id === '' ? html`${this.#folders(info)}${this.#problems(info)}${this.#rest(info)}${this.#places(info)}` : nothing}
      ${info && id !== '' ? (this.there.has(id) ? view(info.access) : html`<p class="dim">${t('part.loading')}</p>`) : nothing}
    </div></div>`;
  }

  #parts() {
    const { section } = this;
    const show = (/** @type {string} */ id) => {
      this.session.nav.set({ section: id });
      this.find('.page')?.scrollTo(0, 0);
    };
    const key = (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        show(SECTIONS[(SECTIONS.indexOf(section) + step + SECTIONS.length) % SECTIONS.length].id);
        void this.updateComplete.then(() => this.find(`#tab-${this.section.id}`)?.focus());
      }
    };
    return html`<div class="parts" role="tablist" aria-label=${t('part.label')} @keydown=${key}>${SECTIONS.map(({ id, title }) => html`<button
      role="tab" id="tab-${id}" aria-controls="part" aria-selected=${id === section.id} tabindex=${id === section.id ? 0 : -1}
      @click=${() => show(id)}>${t(title)}</button>`)}</div>`;
  }

  /** @param {Library} info */
  #folders(info) {
    const scan = this.session.jobs.active('scan');
    return html`<section>
      <div class="head"><h2 class="grow">${t('library.folders')}
          <span class="dim count">${t('library.totals', { n: info.totals.adapters })}</span></h2>
        ${scan ? nothing : html`
          <button class="btn" ?disabled=${this.starting} title=${t('library.force_why')} @click=${() => this.#scan(true)}>${t('library.force')}</button>
          <button class="btn primary" ?disabled=${this.starting} title=${t('library.scan_why')} @click=${() => this.#scan(false)}>${icons.again}${t('library.scan')}</button>`}
      </div>
      ${scan ? this.#scanning(scan) : this.#lastScan()}
      ${info.roots.length === 0 ? notice({ icon: icons.folder, title: t('empty.library'), text: flags(t('empty.no_roots')) })
        : html`<ul class="roots">${info.roots.map((root) => this.#root(root))}</ul>`}
      ${info.demo ? html`<p class="demo">${icons.info}<span>${flags(t('library.demo'))}</span></p>` : nothing}
    </section>`;
  }

  /** @param {Job} scan */
  #scanning(scan) {
    return html`<div class="scan">
      <div class="row"><span class="grow clip">${scan.message || t('library.scanning')}</span>
        <span class="dim">${scan.total > 0 ? t('library.files_of', { done: scan.done, total: scan.total }) : nothing}
          ${progressText(scan)}</span>
        <button class="btn tiny" @click=${() => this.#cancel(scan)}>${t('job.cancel')}</button></div>
      ${progressBar(scan)}
    </div>`;
  }

  #lastScan() {
    const last = this.session.jobs.latest('scan');
    if (!last || isActive(last)) {
      return nothing;
    }
    if (last.state === 'done' && last.result) {
      const result = /** @type {ScanResult} */ (last.result);
      return html`<p class="dim last">${t('library.last', {
        found: result.found, added: result.added, updated: result.updated, removed: result.removed,
        time: format.duration(result.seconds),
      })}</p>`;
    }
    return html`<p class="last ${last.state === 'failed' ? 'bad' : 'dim'}">${last.error || t(last.state === 'failed' ? 'library.failed' : 'library.interrupted')}</p>`;
  }

  /** @param {Root} root */
  #root(root) {
    const parts = [t('library.n_files', { n: root.files })];
    if (root.missing > 0) {
      parts.push(t('library.n_missing', { n: root.missing }));
    }
    if (root.incomplete > 0) {
      parts.push(t('library.n_incomplete', { n: root.incomplete }));
    }
    parts.push(root.last_scan_at ? t('library.scanned', { ago: format.ago(root.last_scan_at) }) : t('library.never_scanned'));
    return html`<li>
      <span class="dot ${root.online ? 'good' : 'bad'}" title=${t(root.online ? 'library.online' : 'library.offline')}></span>
      <span class="grow"><span class="path">${root.path}</span>
        <span class="dim small">${parts.join(' · ')}${root.online ? nothing : html` · <span class="bad">${t('library.offline')}</span>`}</span></span>
    </li>`;
  }

  /** @param {Library} info */
  #problems(info) {
    return html`<section><lm-problems .total=${info.totals.problems}></lm-problems></section>`;
  }

  /** @param {Library} info */
  #rest({ access }) {
    return html`<section><lm-hashing .access=${access}></lm-hashing></section>
      <section><lm-access .access=${access}></lm-access></section>
      <section class="packages"><lm-packages .access=${access}></lm-packages></section>`;
  }

  /** @param {Library} info */
  #places(info) {
    const { session } = this;
    const host = session.host.state.info;
    const database = `${info.database.path} (${format.bytes(info.database.bytes)})`;
    return html`<section>
      <h2>${t('library.places')}</h2>
      <dl class="places">
        ${this.#place(t('library.database'), database, info.database.path)}
        ${this.#place(t('library.data'), info.data_dir)}
        ${this.#place(t('library.output'), info.output_dir)}
        <dt>${t('library.host')}</dt><dd>${info.host.name} ${info.host.version}</dd>
        <dt>${t('library.model')}</dt><dd>${host?.model ? host.model.name : t('library.no_model')}
          ${host?.model?.note ? html`<span class="dim">${host.model.note}</span>` : nothing}</dd>
        <dt>${t('library.version')}</dt><dd>${t('library.versions', { version: info.version, page: WEB_VERSION })}</dd>
      </dl>
    </section>`;
  }

  /** @param {string} name @param {string} text @param {string} [path] */
  #place(name, text, path = text) {
    return html`<dt>${name}</dt><dd class="row"><span class="path">${text}</span>
      <button class="btn quiet tiny icon" aria-label=${t('library.copy', { name })} title=${t('library.copy', { name })}
        @click=${() => copyText(this.session, path, t('detail.copied'))}>${icons.copy}</button></dd>`;
  }
}

define('lm-library', LmLibrary);
