/** The Generate tab: what to draw, drawing it, and what came out. */

import { copyText, sentence } from '../core/actions.js';
import { isActive } from '../core/jobs.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { flags } from '../ui/flags.js';
import { notice, noticeStyles } from '../ui/notice.js';
import { progressBar, progressText } from '../ui/progress.js';
import { PromptBox, promptBoxStyles } from '../ui/prompt-box.js';
import { t } from '../strings.js';
import { html, nothing, repeat } from '../vendor/lit.js';
import { placePicker, placeStyles } from '../strip/place-picker.js';
import { starsStyles } from '../ui/stars.js';
import { hideBroken } from '../ui/thumb.js';
import { negativeField, otherFields, sizeFields, stepFields } from './form.js';
import { generateStyles } from './generate-styles.js';
import { account, emptyFrame, outcomeOfGeneration, outcomeOfResult, pictures } from './outcome.js';
import { paramsOf, requestOf } from './params.js';
import { judge, withJudgement } from './rating.js';
import './lm-chosen.js';
import '../ui/lm-lightbox.js';

/**
 * @import {Generation, Job} from '../core/types.js'
 * @import {LmLightbox} from '../ui/lm-lightbox.js'
 * @import {Outcome} from './outcome.js'
 * @import {Judgement} from './rating.js'
 * @import {Params} from './params.js'
 */

const HISTORY = 40;
const BUSY_DELAY = 2000;
/** What a message needs. */
const ROOM = 80;

export class LmGenerate extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, promptBoxStyles, placeStyles, starsStyles, generateStyles);

  #stop = () => {};
  #seen = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void this.#wake());
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #later;

  constructor() {
    super();
    this.box = new PromptBox(this);
    /** @type {Job['id']|null} the generation this tab follows */
    this.jobId = null;
    /** @type {Outcome|null} */
    this.outcome = null;
    /** @type {unknown} */
    this.error = null;
    this.chosen = 0;
    /** @type {number|null} */
    this.shownGeneration = null;
    /** @type {Generation[]} */
    this.history = [];
    this.sending = false;
    /** @type {Set<Job['id']>} jobs that were asked to stop and have not yet */
    this.stopping = new Set();
    /** Whether the last generation was cancelled before it made a picture. */
    this.cancelled = false;
    /** Whether the user has done nothing here since they pressed Generate. */
    this.watching = false;
    const { jobs, prompt, host, params } = this.session;
    this.watch(jobs, prompt, host, params);
    this.addEventListener('keydown', (event) => this.shortcut(event));
    for (const type of ['keydown', 'pointerdown', 'wheel']) {
      this.addEventListener(type, () => {
        this.watching = false;
      }, { passive: true });
    }
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#seen.observe(this);
    this.#stop();
    this.#stop = this.session.jobs.onFinished((job) => job.kind === 'generate' && void this.#finished(job));
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#seen.disconnect();
    this.#stop();
  }

  /** The tab came into sight: what the host can do now, and what was made meanwhile. */
  async #wake() {
    await this.#readHost();
    this.#adopt();
    await this.#readHistory();
    if (this.outcome === null && this.jobId === null && this.history.length > 0) {
      this.#show(this.history.find(({ images }) => images.length > 0) ?? this.history[0]);
    }
  }

  /** @override On the picture; where that is out of sight, above the bar with the button. */
  get messageArea() {
    const whole = super.messageArea;
    const go = this.find('.go')?.getBoundingClientRect();
    const news = (this.find('.outcome') ?? this.find('.result'))?.getBoundingClientRect();
    if (!news || !go) {
      return whole;
    }
    const { left, right } = news;
    const top = Math.max(news.top, this.getBoundingClientRect().top);
    const isFree = (top >= go.bottom || left >= go.right) && top + ROOM < whole.bottom;
    return isFree ? { ...whole, left, right, top } : { ...whole, bottom: go.top };
  }

  #adopt() {
    const { host, params } = this.session;
    if (host.state.info) {
      params.adopt(host.state.info);
    }
  }

  /** What the host can do now. While it draws for someone else it is asked again: nothing tells when it is done. */
  async #readHost() {
    clearTimeout(this.#later);
    await this.session.readHost();
    if (this.session.host.state.info?.state === 'busy' && this.clientWidth > 0) {
      this.#later = setTimeout(() => void this.#readHost().then(() => this.#readHistory()), BUSY_DELAY);
    }
  }

  async #readHistory() {
    const newest = this.history[0]?.id ?? null;
    try {
      this.history = (await this.session.api.generations(HISTORY, 0)).items;
    } catch {
      // The history is an aid: without it everything else still works.
    }
    const [first] = this.history;
    if (first?.images.length > 0 && first.id !== newest && newest === this.shownGeneration && !this.cancelled) {
      this.#show(first); // Made elsewhere meanwhile; who looks at the newest picture goes on doing so.
    }
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  shortcut(event) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      const field = this.shadowRoot?.activeElement;
      if (field instanceof HTMLInputElement) {
        field.blur(); // Makes the field tell what was typed into it.
        field.focus();
      }
      void this.generate();
    }
  }

  async generate() {
    const { api, jobs, prompt, params, events, host } = this.session;
    if (this.sending || host.state.info?.cannot_generate) {
      return;
    }
    this.sending = true;
    this.error = null;
    this.cancelled = false;
    this.requestUpdate();
    if (!host.state.info) {
      await this.#readHost(); // Quicker than the first answer: its sampler and sizes are not known yet.
    }
    this.#adopt();
    try {
      const job = await api.generate(requestOf(prompt.state.text, params.state));
      this.jobId = job.id;
      jobs.put(job);
      events.nudge();
    } catch (error) {
      this.error = error;
      events.nudge(); // It may have begun all the same.
    }
    this.sending = false;
    this.requestUpdate();
    this.watching = true;
    await this.#reveal();
  }

  /** On a narrow screen the result lies below the form: go where something happens. */
  async #reveal() {
    await this.updateComplete;
    const page = this.find('.page');
    const news = this.find('.result');
    if (page && news && page.scrollHeight > page.clientHeight) {
      page.scrollTo({ top: news.offsetTop - page.offsetTop, behavior: 'smooth' });
    }
  }

  /** @param {Job} job */
  async #finished(job) {
    const made = job.result?.images?.length > 0;
    this.stopping.delete(job.id);
    this.cancelled = !made && job.state === 'cancelled';
    if (made) {
      this.outcome = { ...outcomeOfResult(job.result), user: job.user_name };
      this.shownGeneration = job.result.generation_id;
      this.chosen = 0;
    } else if (this.cancelled) {
      this.outcome = null; // An older picture would look like what came of it.
      this.shownGeneration = null;
    }
    this.error = job.state === 'failed' ? new Error(job.error ?? t('generate.failed')) : null;
    await this.#readHistory();
    if (this.watching && job.id === this.jobId) {
      await this.#reveal();
    }
  }

  /** @param {Job} job */
  async #cancel(job) {
    this.stopping.add(job.id);
    this.requestUpdate();
    try {
      this.session.jobs.put(await this.session.api.cancelJob(job.id));
    } catch (error) {
      this.stopping.delete(job.id);
      this.requestUpdate();
      this.session.toasts.show(sentence(error), { kind: 'error' });
    }
  }

  /** @param {Generation} generation */
  #show(generation) {
    this.outcome = outcomeOfGeneration(generation);
    this.shownGeneration = generation.id;
    this.chosen = 0;
    this.error = null;
    this.cancelled = false;
    this.requestUpdate();
  }

  /** @param {number} id @param {Judgement} judgement what the user thinks of that picture */
  #judged(id, judgement) {
    this.outcome = this.outcome && { ...this.outcome, images: withJudgement(this.outcome.images, id, judgement) };
    this.history = this.history.map((one) => ({ ...one, images: withJudgement(one.images, id, judgement) }));
    this.requestUpdate();
  }

  /** Take a past generation's prompt and parameters over, with a way back. @param {Generation} generation */
  #reuse(generation) {
    const { prompt, params, toasts } = this.session;
    const before = { text: prompt.state.text, place: prompt.state.place, params: params.state };
    prompt.write(generation.prompt);
    params.set(paramsOf(generation));
    toasts.show(t('generate.reused'), { about: 'reuse', action: { label: t('toast.undo'), run: () => {
      if (before.place) {
        prompt.choose(before.place.id);
      }
      prompt.write(before.text);
      params.set(before.params);
    } } });
  }

  /** @override */
  render() {
    return html`<div class="page">
      <div class="form scroll">
        ${this.#notices()}
        ${placePicker(this.session, 'place.of')}
        <slot name="prompt"></slot>
        <lm-chosen></lm-chosen>
        ${this.#fields()}
      </div>
      <div class="go">${this.#button()}</div>
      <div class="result scroll">${this.#result()}</div>
      ${this.history.length > 0 ? this.#strip() : nothing}
    </div><lm-lightbox></lm-lightbox>`;
  }

  #notices() {
    const { info } = this.session.host.state;
    return html`
      ${info?.cannot_generate ? html`<p class="tell bad">${icons.warn}<span>${flags(info.cannot_generate)}</span></p>` : nothing}
      ${info?.state === 'busy' && !this.running ? html`<p class="tell">${icons.info}<span>${t('generate.host_busy')}</span></p>` : nothing}
      ${info?.model?.note ? html`<p class="tell">${icons.info}<span>${info.model.note}</span></p>` : nothing}`;
  }

  #fields() {
    const { params, host } = this.session;
    const change = (/** @type {Partial<Params>} */ patch) => params.set(patch);
    const image = this.outcome?.images[this.chosen];
    return html`${negativeField(params.state, change)}
      ${sizeFields(params.state, change)}
      ${stepFields(params.state, change)}
      ${otherFields(params.state, host.state.info?.samplers ?? [], image?.seed ?? null, change)}`;
  }

  #button() {
    const { info } = this.session.host.state;
    return html`<button class="btn primary" ?disabled=${this.sending || !!info?.cannot_generate}
      title=${t('generate.keys')} @click=${() => this.generate()}>
      ${this.waiting > 0 ? t('generate.another') : t('generate.go')} <kbd>Ctrl ↵</kbd></button>
      <span class="dim small clip">${info?.model ? t('generate.model', { name: info.model.name }) : nothing}</span>`;
  }

  /** The job to show: ours while it runs, else whichever runs. @returns {Job|undefined} */
  get running() {
    const { jobs } = this.session;
    const ours = jobs.get(this.jobId);
    return ours?.state === 'running' ? ours : jobs.active('generate');
  }

  #result() {
    const { session, outcome } = this;
    const job = this.running;
    const past = this.history.find(({ id }) => id === this.shownGeneration);
    const copy = (/** @type {string} */ text) => void copyText(session, text, t('generate.infotext_copied'));
    return html`
      ${this.#told(job)}
      ${outcome ? html`<div class="outcome ${job ? 'older' : ''} ${outcome.images.length > 1 ? 'many' : ''}">
          ${pictures(session, outcome, this.chosen, {
            choose: (index) => {
              this.chosen = index;
              this.requestUpdate();
            },
            enlarge: (index) => void this.lightbox.open(outcome.images.map((image) => image.id), index),
          })}
          <div class="account">${account(outcome, this.chosen, {
            copy,
            open: (id) => session.go('catalogue', { adapter: id }),
            seed: (seed) => session.params.set({ seed }),
            reuse: past && (() => this.#reuse(past)),
            rate: (image, changes) => void judge(session, image, changes, (now) => this.#judged(image.id, now)),
          })}</div></div>`
        : nothing}
      ${outcome ? nothing : this.#instead(job)}`;
  }

  /** How many generations run or wait. */
  get waiting() {
    return this.session.jobs.state.items.filter((job) => job.kind === 'generate' && isActive(job)).length;
  }

  /** What goes on, and what went wrong. @param {Job|undefined} job */
  #told(job) {
    return html`
      ${this.cancelled && job ? html`<p class="tell">${icons.info}<span>${t('generate.cancelled')} · ${
        t('generate.waiting', { n: this.waiting })}</span></p>` : nothing}
      ${job ? this.#progress(job) : nothing}
      ${this.error ? html`<p class="tell bad">${icons.warn}<span>${sentence(this.error)}</span></p>` : nothing}`;
  }

  /** Where no picture is to be seen. @param {Job|undefined} job */
  #instead(job) {
    if (job) {
      return html`<div class="outcome">${emptyFrame(this.session.params.state)}</div>`;
    }
    if (this.cancelled) {
      return notice({ icon: icons.image, title: t('generate.cancelled') });
    }
    const cannot = this.session.host.state.info?.cannot_generate;
    return this.error ? nothing
      : notice({ icon: icons.image, title: t('generate.empty'), text: t(cannot ? 'generate.cannot_text' : 'generate.empty_text') });
  }

  get lightbox() {
    return /** @type {LmLightbox} */ (this.find('lm-lightbox'));
  }

  /** @param {Job} job */
  #progress(job) {
    const waiting = this.waiting - 1;
    const stepping = job.total > 0 ? t('job.step', { done: job.done, total: job.total }) : t('generate.preparing');
    const step = job.state === 'running' ? stepping : '';
    const stopping = this.stopping.has(job.id);
    return html`<div class="progress">
      <div class="row"><span class="grow clip">${[step, job.message].filter(Boolean).join(' · ') || t('job.generate')}</span>
        <span class="dim">${progressText(job)}${waiting > 0 ? ` · ${t('generate.waiting', { n: waiting })}` : nothing}</span>
        <button class="btn tiny" ?disabled=${stopping}
          @click=${() => this.#cancel(job)}>${t(stopping ? 'job.cancelling' : 'job.cancel')}</button></div>
      ${progressBar(job)}
    </div>`;
  }

  #strip() {
    return html`<div class="history" role="group" aria-label=${t('generate.history')}>
      ${repeat(this.history, (one) => one.id, (one) => html`<button aria-pressed=${one.id === this.shownGeneration}
        title=${one.prompt} aria-label=${`${t('generate.show')}: ${one.prompt}`} @click=${() => this.#show(one)}>
        ${icons.image}${one.images[0] ? html`<img alt="" loading="lazy" src=${this.session.api.imageThumbnailUrl(one.images[0].id, 128)} @error=${hideBroken}>` : nothing}
        ${one.images.length > 1 ? html`<span class="n">${one.images.length}</span>` : nothing}
      </button>`)}
    </div>`;
  }
}

define('lm-generate', LmGenerate);
