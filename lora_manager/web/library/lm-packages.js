/** Packages that make something better and are not needed: installed only when the user asks for it. */

import { sentence } from '../core/actions.js';
import { installPackage, readPackages } from '../core/api-tools.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { progressBar, progressText } from '../ui/progress.js';
import { t } from '../strings.js';
import '../strings/library.js';
import { css, html, nothing } from '../vendor/lit.js';

/** @import {Access, Job, Package} from '../core/types.js' */

export class LmPackages extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [
    controls,
    css`
      :host { display: block; }
      :host([hidden]) { display: none; }
      li { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: flex-start; padding: 8px 0; border-top: 1px solid var(--lm-line); }
      ul { margin: 8px 0 -8px; }
      li .grow { flex: 1 1 200px; }
      p { max-width: 640px; }
      .job { display: grid; gap: 8px; flex: 1 0 100%; }
    `,
  ];

  #stop = () => {};

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {Package[]} */
    this.items = [];
    this.error = '';
    this.watch(this.session.jobs);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#stop();
    this.#stop = this.session.jobs.onFinished(({ kind }) => kind === 'install' && void this.#read());
    void this.#read();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  async #read() {
    try {
      this.items = (await readPackages(this.session.api)).items;
    } catch {
      // An aid that is not there is not missed.
    }
    this.requestUpdate();
  }

  /** @param {() => Promise<Job>} ask to begin or to stop */
  async #ask(ask) {
    this.error = '';
    try {
      this.session.jobs.put(await ask());
      this.session.events.nudge();
    } catch (error) {
      this.error = sentence(error);
    }
    this.requestUpdate();
  }

  /** @override */
  willUpdate() {
    this.hidden = this.items.length === 0;
  }

  /** @override */
  render() {
    return html`<h2>${t('package.title')}</h2><ul>${this.items.map((item) => this.#package(item))}</ul>`;
  }

  /** @param {Package} item */
  #package(item) {
    const { api, jobs } = this.session;
    const job = jobs.active('install');
    const last = jobs.latest('install');
    const failure = this.error || (job || item.state === 'installed' ? '' : last?.error);
    return html`<li><div class="grow">
        <b>${item.name}</b> <span class=${item.state === 'installed' ? 'good' : 'dim'}>${t(`package.${item.state}`)} ${item.version}</span>
        <p>${item.what}</p>
        ${job ? nothing : this.#outlook(item)}
        ${failure ? html`<p class="bad small" role="alert">${failure}</p>` : nothing}</div>
      ${item.state === 'missing' && !job ? this.#button(item) : nothing}
      ${job ? html`<div class="job"><div class="row"><span class="grow clip">${job.message}</span>
        <span class="dim">${progressText(job)}</span>
        <button class="btn tiny" @click=${() => this.#ask(() => api.cancelJob(job.id))}>${t('job.cancel')}</button></div>
        ${progressBar(job)}</div>` : nothing}
    </li>`;
  }

  /** @param {Package} item */
  #button({ name, can_install: can }) {
    const { may_change_settings: may = false, reason = '' } = this.access ?? {};
    return html`<button class="btn" ?disabled=${!can || !may} title=${reason || nothing}
      @click=${() => this.#ask(() => installPackage(this.session.api, name))}>${t('package.install')}</button>`;
  }

  /** What installing would do, or why it cannot be. @param {Package} item */
  #outlook({ state, plan, reason }) {
    return html`${state === 'missing' && plan ? html`<p class="dim small">${flags(plan)}</p>` : nothing}
      ${reason ? html`<p class="warn small">${flags(reason)}</p>` : nothing}`;
  }
}

define('lm-packages', LmPackages);
