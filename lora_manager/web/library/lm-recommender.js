/** What suggestions are made with: the LoRAs that are read, a text encoder if one wants it, and its vectors. */

import * as format from '../core/format.js';
import { sentence } from '../core/actions.js';
import { chooseEncoder, readRecommender, runVectors } from '../core/api-recommend.js';
import { Latest } from '../core/timing.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { flags } from '../ui/flags.js';
import { errorNotice, noticeStyles } from '../ui/notice.js';
import { progressBar, progressText } from '../ui/progress.js';
import { isString, t } from '../strings.js';
import '../strings/learned.js';
import { html, nothing } from '../vendor/lit.js';
import { encoderText, isUnderWay, megabytes, readText, shortName, workText } from './recommender-words.js';
import { recommenderStyles } from './recommender-styles.js';
import { toolStyles } from './tool-styles.js';

/**
 * @import {Access, Job} from '../core/types.js'
 * @import {Recommender} from '../core/types-recommend.js'
 */

/** @typedef {Recommender['encoder']['choices'][number]} Choice */

const ASK_AGAIN = 2000;

/** Of a folder on this machine, for which nothing is fetched; no name on the hub begins so. */
const PATH = /^(?:[/\\~.]|[A-Za-z]:)/;

export class LmRecommender extends LmElement {
  static properties = { access: { attribute: false } };

  static styles = [controls, noticeStyles, toolStyles, recommenderStyles];

  #latest = new Latest();
  #stop = () => {};
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#read());

  constructor() {
    super();
    /** @type {Access|null} */
    this.access = null;
    /** @type {Recommender|null} */
    this.state = null;
    /** @type {unknown} */
    this.error = null;
    /** @type {Choice|null} what has to be fetched, until the user agrees */
    this.asked = null;
    this.own = '';
    this.busy = false;
    this.watch(this.session.jobs);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#stop();
    this.#stop = this.session.jobs.onFinished(({ kind, error }) => kind === 'encoder' && void this.#fetched(error));
    this.#seen.observe(this);
    clearInterval(this.#timer);
    const goesOn = () => (this.state && isUnderWay(this.state)) || this.session.jobs.active('encoder');
    const mayDiffer = () => goesOn() && this.checkVisibility?.();
    this.#timer = setInterval(() => mayDiffer() && void this.#read(), ASK_AGAIN);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    this.#seen.disconnect();
    clearInterval(this.#timer);
  }

  async #read() {
    try {
      const state = await this.#latest.run((signal) => readRecommender(this.session.api, signal));
      if (!state) {
        return;
      }
      this.state = state;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** @param {string|null} error */
  async #fetched(error) {
    if (error) {
      this.session.toasts.show(error, { kind: 'error', about: 'encoder' });
    }
    await this.#read();
  }

  /** @param {() => Promise<unknown>} act @param {string} [said] */
  async #do(act, said = '') {
    const { toasts, jobs, events } = this.session;
    this.busy = true;
    this.asked = null;
    this.requestUpdate();
    try {
      const job = /** @type {Job|{}|null} */ (await act());
      if (job && 'kind' in job && 'id' in job) {
        jobs.put(job);
        events.nudge();
      }
      if (said) {
        toasts.show(said, { about: 'encoder' });
      }
    } catch (error) {
      toasts.show(sentence(error), { kind: 'error', about: 'encoder' });
    }
    this.busy = false;
    await this.#read();
  }

  /** @param {Choice} choice */
  #choose(choice) {
    if (choice.installed) {
      void this.#do(() => chooseEncoder(this.session.api, choice.name));
      return;
    }
    this.asked = choice;
    this.requestUpdate();
    void this.updateComplete.then(() => this.find('.ask .primary')?.focus());
  }

  get #may() {
    return this.access?.may_change_settings !== false && !this.busy;
  }

  /** @override */
  render() {
    const { state, error, access } = this;
    return html`<section class="panel"><h2>${t('maker.title')}</h2><p class="dim text">${t('maker.text')}</p>
      ${access?.may_change_settings === false ? html`<p class="warn why">${flags(access.reason)}</p>` : nothing}
      ${error && !state ? errorNotice(error, () => void this.#read()) : nothing}
      ${state ? html`${this.#digests(state)}${this.#encoder(state)}${this.#vectors(state)}` : nothing}</section>`;
  }

  /** @param {string} label @param {number} done @param {number} total */
  #bar(label, done, total) {
    return html`<div class="bar" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-label=${label}
      aria-valuenow=${format.percent(done, total)}><i style="width:${total > 0 ? (100 * done) / total : 0}%"></i></div>`;
  }

  /** @param {Recommender} state */
  #digests({ digests, index }) {
    const { done, total } = digests;
    return html`<div class="part"><h3>${t('maker.read')}</h3>
      <p class="dim">${readText(digests)} ${index.bytes > 0 ? t('maker.memory', { size: format.bytes(index.bytes) }) : nothing}</p>
      ${done < total ? this.#bar(t('maker.read'), done, total) : nothing}</div>`;
  }

  /** @param {Recommender} state */
  #encoder({ encoder }) {
    const { state, name, reason, choices } = encoder;
    const fetching = this.session.jobs.active('encoder');
    return html`<div class="part"><h3>${t('maker.encoder')}</h3>
      <p class=${state === 'failed' ? 'bad' : 'dim'} role="status">${encoderText(encoder)}${state === 'failed' && reason ? ` ${reason}` : ''}</p>
      ${state === 'none' && reason ? html`<p class="dim">${flags(reason)}</p>` : nothing}
      ${fetching ? html`<div class="row"><span class="grow clip">${fetching.message || t('job.encoder')}</span><span class="dim">${progressText(fetching)}</span>
        <button class="btn tiny" @click=${() => void this.#do(() => this.session.api.cancelJob(fetching.id))}>${t('job.cancel')}</button></div>
        ${progressBar(fetching)}` : nothing}
      <ul class="choices">${choices.map((choice) => html`<li><span class="grow"><span class="label" title=${choice.name}>${shortName(choice.name)}</span>
          <span class="dim small">${[choice.label, choice.installed ? t('maker.installed')
            : choice.megabytes ? t('maker.to_fetch', { size: megabytes(choice.megabytes) }) : ''].filter(Boolean).join(' · ')}</span></span>
        ${choice.name === name ? html`<span class="in">${t('maker.in_use')}</span>${this.#off()}` : html`<button class="btn tiny" ?disabled=${!this.#may}
          aria-label="${t('maker.choose')} ${shortName(choice.name)}" @click=${() => this.#choose(choice)}>${t('maker.choose')}</button>`}
        ${this.asked?.name === choice.name ? this.#consent(choice) : nothing}</li>`)}</ul>
      ${this.#other(choices)}
      ${name && choices.every((one) => one.name !== name) ? this.#off() : nothing}</div>`;
  }

  #off() {
    return html`<button class="btn tiny" ?disabled=${!this.#may}
      @click=${() => void this.#do(() => chooseEncoder(this.session.api, ''))}>${t('maker.off')}</button>`;
  }

  /** @param {Choice[]} choices */
  #other(choices) {
    const name = this.own.trim();
    const asked = this.asked && !choices.some((one) => one.name === this.asked?.name) ? this.asked : null;
    const go = (/** @type {Event} */ event) => {
      event.preventDefault();
      if (name) {
        this.#choose({ name, label: '', megabytes: null, installed: PATH.test(name) });
      }
    };
    return html`<details class="other"><summary class="dim">${t('maker.own')}</summary><form class="row" @submit=${go}>
        <input class="field" aria-label=${t('maker.own_label')} placeholder=${t('maker.own_label')} autocomplete="off" spellcheck="false" .value=${this.own}
          @input=${(/** @type {InputEvent & {target: HTMLInputElement}} */ { target }) => {
            this.own = target.value;
            this.requestUpdate();
          }}><button class="btn" ?disabled=${!this.#may || !name}>${t('maker.choose')}</button></form>
      ${asked ? this.#consent(asked) : nothing}</details>`;
  }

  /** Nothing is fetched before the user agrees. @param {Choice} choice */
  #consent({ name, megabytes: size }) {
    const close = () => {
      this.asked = null;
      this.requestUpdate();
    };
    return html`<div class="ask" role="alertdialog" aria-label=${t('maker.ask', { name })}
        @keydown=${(/** @type {KeyboardEvent} */ event) => event.key === 'Escape' && close()}>
      <p><b>${t('maker.ask', { name })}</b> ${size ? t('maker.ask_text', { size: megabytes(size) }) : t('maker.ask_text_unknown')}</p>
      <div class="row"><button class="btn tiny primary" @click=${() => void this.#do(() => chooseEncoder(this.session.api, name))}>${t('maker.fetch')}</button>
        <button class="btn tiny" @click=${close}>${t('maker.cancel')}</button></div></div>`;
  }

  /** @param {'start'|'stop'} action */
  #button(action) {
    return html`<button class="btn tiny" ?disabled=${!this.#may} @click=${() => void this.#do(
      () => runVectors(this.session.api, action), t(action === 'start' ? 'maker.started' : 'maker.stopped'))}>${t(`maker.${action}`)}</button>`;
  }

  /** @param {Recommender} state */
  #vectors({ vectors, encoder, work }) {
    if (vectors.length === 0 || (encoder.state !== 'ready' && vectors.every(({ done }) => done === 0))) {
      return nothing;
    }
    const open = vectors.some(({ done, total }) => done < total);
    return html`<div class="part"><div class="head"><h3 class="grow">${t('maker.vectors')}</h3>
        ${open && encoder.state === 'ready' ? this.#button(work?.state === 'stopped' ? 'start' : 'stop') : nothing}</div>
      <p class="dim">${t('maker.vectors_text')} ${open ? workText(work) : nothing}</p>
      <ul class="vectors">${vectors.map(({ kind, done, total }) => {
        const name = `maker.vector_${kind}`;
        const label = isString(name) ? t(name) : kind;
        return html`<li><span>${label}</span>${this.#bar(label, done, total)}<span class="dim">${t('maker.of', { done, total })}</span></li>`;
      })}</ul></div>`;
  }
}

define('lm-recommender', LmRecommender);
