/** The shell of the standalone page: the tabs, the theme, and news that concern all of it. */

import { isTab, loadTab, TABS } from '../core/elements.js';
import { announceJobs, reloadForUpdate } from '../core/news.js';
import { readPref, writePref } from '../core/prefs.js';
import { debounce } from '../core/timing.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { jobName, progressText } from '../ui/progress.js';
import { theme, turnTheme } from '../ui/theme.js';
import { t } from '../strings.js';
import { html, nothing } from '../vendor/lit.js';
import { Address } from './address.js';
import { appStyles } from './app-styles.js';
import '../catalogue/lm-catalogue.js';

/**
 * @import {Tab} from '../core/elements.js'
 * @import {Job} from '../core/types.js'
 * @import {Place} from './address.js'
 */

const KEEP_DELAY = 400;

/** A dialog that is open closes itself, and says so. */
function uncovered() {
  return !window.dispatchEvent(new CustomEvent('lm-back', { cancelable: true }));
}

/** Where a job is looked after. @param {Job} job @returns {Tab} */
function tabOf({ kind }) {
  return kind === 'generate' ? 'generate' : kind === 'bulk' ? 'catalogue' : 'library';
}

export class LmApp extends MountElement {
  static styles = MountElement.mountStyles(appStyles);

  #wish = 0;
  #kept = false;
  #stopJobs = () => {};
  #address = new Address((place) => this.#moved(place), window, uncovered);
  #onKey = (/** @type {KeyboardEvent} */ event) => event.target === document.body && this.#strayKey(event);

  constructor() {
    super();
    /** @type {Tab} */
    this.tab = this.#address.place.tab;
    const { open, filters, section } = this.#address.place;
    this.session.nav.set({ open, filters, section });
    this.watch(this.session.server, this.session.nav, this.session.jobs, theme);
    this.addEventListener('keydown', (event) => event.target === this && this.#strayKey(event));
  }

  /** @override */
  connectedCallback() {
    this.setAttribute('fill', '');
    super.connectedCallback();
    this.#keepPrompt();
    this.#stopJobs();
    this.#stopJobs = announceJobs(this.session, () => this.tab === 'generate');
    this.#address.start();
    document.addEventListener('keydown', this.#onKey);
    this.#show(this.tab);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#address.stop();
    document.removeEventListener('keydown', this.#onKey);
    this.#stopJobs();
  }

  /** Served by a web UI: its own page, where its prompt boxes are, stands open somewhere else. */
  #offerRelay() {
    const { library, relay } = this.session;
    const stop = library.subscribe(({ info }) => {
      if (info) {
        stop();
        if (info.host.name !== 'standalone') {
          relay.offer();
        }
      }
    });
  }

  /** Here nobody else keeps the prompt: it outlives a reload. */
  #keepPrompt() {
    const { prompt } = this.session;
    if (!this.#kept) {
      this.#kept = true;
      this.#offerRelay();
      prompt.write(readPref('prompt', ''));
      const keep = debounce((/** @type {string} */ text) => writePref('prompt', text), KEEP_DELAY);
      prompt.subscribe(({ text }) => keep(text));
      window.addEventListener('pagehide', () => keep.flush());
    }
  }

  /** Back or Forward. @param {Place} place */
  #moved({ tab, open, filters, section }) {
    if (tab === 'catalogue') {
      this.session.nav.set({ open, filters });
    } else if (tab === 'library') {
      this.session.nav.set({ section });
    }
    this.#show(tab);
  }

  /** Keys pressed with the focus nowhere, or on the shell, are the shown tab's. @param {KeyboardEvent} event */
  #strayKey(event) {
    const shown = /** @type {any} */ (this.querySelector(`lm-${this.tab}`));
    shown?.shortcut?.(event);
  }

  /** @param {Tab} tab */
  #show(tab) {
    this.tab = tab;
    if (!this.querySelector(`:scope > [slot="${tab}"]`)) {
      const mount = document.createElement(`lm-${tab}`);
      mount.slot = tab;
      mount.setAttribute('fill', '');
      this.append(mount);
      this.session.need(loadTab(tab)).catch(() => mount.remove()); // the next click tries again
    }
    document.title = tab === 'catalogue' ? t('app.title') : `${t(`tab.${tab}`)} – ${t('app.title')}`;
    this.requestUpdate();
  }

  /** @override */
  willUpdate() {
    const { wish, open, filters, section } = this.session.nav.state;
    if (wish && wish.at !== this.#wish) {
      this.#wish = wish.at;
      if (isTab(wish.tab) && wish.tab !== this.tab) {
        this.#show(wish.tab);
      }
    }
    this.#address.set({ tab: this.tab, open, filters, section: this.tab === 'library' ? section : '' });
  }

  /** @param {KeyboardEvent} event */
  #tabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#show(TABS[(TABS.indexOf(this.tab) + step + TABS.length) % TABS.length]);
      void this.updateComplete.then(() => this.find(`#tab-${this.tab}`)?.focus());
    }
  }

  /** @override */
  render() {
    const job = this.#job;
    const at = job && tabOf(job);
    return html`<div class="shell">
      <header>
        <h1>${icons.logo}<span>${t('app.title')}</span></h1>
        <div class="tabs" role="tablist" aria-label=${t('app.tabs')} @keydown=${this.#tabKey}>
          ${TABS.map((tab) => html`<button role="tab" id="tab-${tab}" aria-controls="panel-${tab}"
            aria-selected=${tab === this.tab} tabindex=${tab === this.tab ? 0 : -1}
            @pointerenter=${() => loadTab(tab).catch(() => {})} @click=${() => this.#show(tab)}>${t(`tab.${tab}`)}${tab === at ? html`<i class="pulse"></i>` : nothing}</button>`)}
        </div>
        ${job ? this.#work(job) : nothing}
        ${this.#themeButton()}
      </header>
      ${this.#news()}
      <main>${TABS.map((tab) => html`<section role="tabpanel" id="panel-${tab}" aria-labelledby="tab-${tab}"
        ?hidden=${tab !== this.tab}><slot name=${tab}></slot></section>`)}</main>
    </div>`;
  }

  /** The job that runs, if any. */
  get #job() {
    const { jobs } = this.session;
    return jobs.active('generate') ?? jobs.active('scan') ?? jobs.active('install');
  }

  /** Seen from every tab; a click leads to it. Where there is no room its tab has the dot. @param {Job} job */
  #work(job) {
    return html`<button class="btn quiet tiny work" @click=${() => this.#show(tabOf(job))}>
      <i class="pulse"></i><span class="clip">${jobName(job)} ${progressText(job)}</span></button>`;
  }

  #themeButton() {
    const { dark } = theme.state;
    const label = t(dark ? 'app.theme_light' : 'app.theme_dark');
    return html`<button class="btn quiet icon" aria-label=${label} title=${label}
      @click=${turnTheme}>${dark ? icons.moon : icons.sun}</button>`;
  }

  #news() {
    const { advice, reachable } = this.session.server.state;
    if (!reachable) {
      return html`<div class="news bad" role="status">${icons.warn}<span>${t('app.offline')}</span></div>`;
    }
    return advice === '' ? nothing : html`<div class="news" role="status">${icons.info}<span>${t(`app.${advice}`)}</span>
      ${advice === 'restart' ? nothing : html`<button class="btn tiny"
        @click=${() => reloadForUpdate(this.session)}>${t('app.reload_button')}</button>`}</div>`;
  }
}

define('lm-app', LmApp);
