/** The Recommend tab: LoRAs that fit what is to be drawn, each with its reason, and what the user thinks of them. */

import { toggleInPrompt } from '../core/actions.js';
import { recommend } from '../core/api-recommend.js';
import { debounce, Latest } from '../core/timing.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { PromptBox, promptBoxStyles } from '../ui/prompt-box.js';
import { t } from '../strings.js';
import '../strings/recommend.js';
import { html, nothing, repeat } from '../vendor/lit.js';
import { Feedback } from './feedback.js';
import { chosenOf, countsOf, coversOf, keptAmong, shownOf, tellingOf } from './list.js';
import { KINDS, keyOf, questionOf, TYPED } from './question.js';
import { recommendStyles } from './recommend-styles.js';
import { Sight } from './sight.js';
import { placePicker, placeStyles, relayPicker } from '../strip/place-picker.js';
import '../strip/lm-strip.js';
import './lm-suggestion.js';

/**
 * @import {RecommendKind, Suggestion, Suggestions} from '../core/types-recommend.js'
 */

const DELAY = 250;
/** A list that comes at once needs no word that it is coming. */
const PATIENCE = 400;
/** Milliseconds until it is asked again while the library is being read. */
const AGAIN = 2500;

export class LmRecommend extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, promptBoxStyles, placeStyles, recommendStyles);

  #latest = new Latest();
  #askSoon = debounce(() => void this.ask(), DELAY);
  #stop = () => {};
  #asked = '';
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #later;
  #sight = new Sight();
  #seen = new IntersectionObserver((entries) => {
    this.isSeen = entries.at(-1)?.isIntersecting ?? false;
    this.#look();
    if (this.isSeen && this.answer?.preparing) {
      void this.ask(true);
    }
  });
  #look = () => this.#sight.turn(this.isSeen && document.visibilityState === 'visible');

  constructor() {
    super();
    /** @type {RecommendKind} */
    this.kind = 'prompt';
    /** What is typed besides the prompt. @type {Partial<Record<RecommendKind, string>>} */
    this.typed = {};
    this.anyBase = false;
    /** Those too of which nothing can be said. */
    this.isWhole = false;
    /** The thing that the prompt asks for by which the list is cut, "" for all. */
    this.concept = '';
    /** @type {Suggestions|null} */
    this.answer = null;
    /** @type {unknown} */
    this.error = null;
    this.isSlow = false;
    this.isSeen = false;
    this.box = new PromptBox(this);
    this.feedback = new Feedback(this.session);
    const { prompt, cards, relay, library } = this.session;
    this.watch(prompt, cards, relay, library, this.feedback);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#stop();
    this.#stop = this.session.prompt.subscribe(() => this.#askSoon());
    this.#seen.observe(this);
    document.addEventListener('visibilitychange', this.#look);
    void this.ask();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
    this.#seen.disconnect();
    this.#sight.turn(false);
    clearTimeout(this.#later);
    document.removeEventListener('visibilitychange', this.#look);
  }

  /** What is asked with now. */
  get question() {
    const { prompt, relay } = this.session;
    const there = relay.state.on ? [...relay.state.put.keys()] : prompt.state.adapters.map(({ id }) => id);
    const ids = there.filter((id) => id !== null);
    const { kind, anyBase } = this;
    return questionOf({ kind, prompt: prompt.state.text, typed: this.typed[kind] ?? '', ids, anyBase });
  }

  /** @param {boolean} [again] ask even though the question is the same */
  async ask(again = false) {
    const question = this.question;
    const key = keyOf(question);
    if (key === this.#asked && this.answer && !again) {
      return;
    }
    clearTimeout(this.#later);
    this.#asked = key;
    if (!question) {
      this.#latest.cancel();
      Object.assign(this, { answer: null, error: null, isSlow: false });
      this.requestUpdate();
      return;
    }
    const slow = setTimeout(() => this.#setSlow(true), PATIENCE);
    try {
      const answer = await this.#latest.run((signal) => recommend(this.session.api, question, signal));
      if (answer) {
        this.#take(answer);
      }
    } catch (error) {
      this.error = error;
    }
    clearTimeout(slow);
    this.#setSlow(this.#latest.busy && this.isSlow);
  }

  /** @param {boolean} isSlow */
  #setSlow(isSlow) {
    this.isSlow = isSlow;
    this.requestUpdate();
  }

  /** @param {Suggestions} answer */
  #take(answer) {
    this.session.cards.remember(answer.items);
    const old = this.answer?.kind === answer.kind ? this.answer.items : [];
    this.answer = { ...answer, items: keptAmong(answer.items, old, (id) => !!this.session.inPrompt(id)) };
    this.error = null;
    this.#sight.show(answer.session);
    if (answer.preparing) {
      this.#askAgain();
    }
  }

  /** While the library is being read; not under the pointer or the focus, where a list must not change. */
  #askAgain() {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => {
      if (this.find('.list:hover, .list:focus-within')) {
        this.#askAgain();
      } else if (this.isSeen) {
        void this.ask(true);
      }
    }, AGAIN);
  }

  /**
   * The list stays as it is: its words in the prompt are no new question.
   * @param {Suggestion} item
   * @param {number} weight
   */
  async #toggle(item, weight) {
    const { session } = this;
    const list = this.answer?.session ?? '';
    const isNew = !session.inPrompt(item.id);
    await toggleInPrompt(session, item, { weight }, list ? { session: list, position: item.position } : null);
    if (isNew && session.inPrompt(item.id)) {
      const isJudged = (/** @type {number} */ id) => this.feedback.isJudged(id) || !!session.inPrompt(id);
      this.feedback.ignored(this.#sight.passed(this.shown, item.id, isJudged), list);
    }
    this.#asked = keyOf(this.question);
  }

  /** @param {Suggestion} item @param {'accepted'|'dismissed'|'not_here'|'back'} kind */
  async #judge(item, kind) {
    const { answer } = this;
    if (kind === 'back') {
      await this.feedback.unlike(item);
    } else if (answer) {
      const at = this.find(`[data-id="${item.id}"]`)?.nextElementSibling;
      const shown = { session: answer.session, position: item.position };
      const said = this.feedback.say(item, shown, kind, this.question?.prompt ?? '');
      await Promise.all([said, kind === 'accepted' ? null : this.#focusNext(at)]);
    }
  }

  /** What had the focus is gone: the next one has it. @param {Element|null|undefined} row */
  async #focusNext(row) {
    await this.updateComplete;
    const next = row?.isConnected ? row : this.find('.list li:last-child');
    const insert = next?.querySelector('lm-suggestion')?.shadowRoot?.querySelector('.insert');
    /** @type {HTMLElement|null|undefined} */ (insert)?.focus({ preventScroll: true });
  }

  /** Those of the answer that are to be seen. */
  get shown() {
    const { left } = this;
    return this.isWhole ? left : tellingOf(left, (id) => !!this.session.inPrompt(id));
  }

  /** Those of the answer that were not sent away. */
  get left() {
    const { answer } = this;
    if (!answer) {
      return [];
    }
    const asked = this.question?.prompt ?? '';
    return shownOf(answer.items, {
      gone: (id) => this.feedback.isGone(id, asked), concept: chosenOf(answer.concepts, this.concept),
    });
  }

  /** @param {RecommendKind} kind */
  #turn(kind) {
    if (kind !== this.kind) {
      Object.assign(this, { kind, answer: null, error: null, concept: '', isWhole: false });
      this.#asked = '';
      void this.ask();
      this.requestUpdate();
    }
  }

  /** @override */
  render() {
    return html`<div class="page scroll">
      <div class="head">
        ${placePicker(this.session, 'place.of')}
        <slot name="prompt"></slot>
        ${relayPicker(this.session)}
        ${this.session.relay.state.on ? nothing : html`<lm-strip></lm-strip>`}
        ${this.#kinds()}
        ${TYPED.includes(this.kind) ? this.#field() : nothing}
      </div>
      <div class="results" id="results" role="tabpanel" aria-labelledby="kind-${this.kind}" aria-busy=${this.#latest.busy}>${this.#results()}</div>
    </div>`;
  }

  #kinds() {
    const key = (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.#turn(KINDS[(KINDS.indexOf(this.kind) + step + KINDS.length) % KINDS.length]);
        void this.updateComplete.then(() => this.find(`#kind-${this.kind}`)?.focus());
      }
    };
    return html`<div class="kinds"><div class="tabs" role="tablist" aria-label=${t('recommend.kinds')} @keydown=${key}>${KINDS.map((kind) => html`<button
        role="tab" id="kind-${kind}" aria-controls="results" aria-selected=${kind === this.kind} tabindex=${kind === this.kind ? 0 : -1}
        @click=${() => this.#turn(kind)}>${t(`recommend.kind_${kind}`)}</button>`)}</div>
      <button class="btn quiet tiny" aria-label=${t('recommend.learned')} title=${t('recommend.learned_why')}
        @click=${() => this.session.go('library', { section: 'learned' })}>${icons.history}<span>${t('recommend.learned')}</span></button></div>`;
  }

  #field() {
    const { kind } = this;
    const name = kind === 'trigger' ? 'trigger' : 'description';
    return html`<div class="asked">${icons.search}<input class="field" type="search" aria-label=${t(`recommend.${name}`)} placeholder=${t(`recommend.${name}_placeholder`)}
      autocomplete="off" spellcheck="false" .value=${this.typed[kind] ?? ''} @input=${(/** @type {InputEvent & {target: HTMLInputElement}} */ { target }) => {
        this.typed = { ...this.typed, [kind]: target.value };
        this.#askSoon();
      }}></div>`;
  }

  #results() {
    const { answer, error } = this;
    if (error && !answer) {
      return errorNotice(error, () => void this.ask(true));
    }
    if (!answer) {
      return this.question ? (this.isSlow ? html`<p class="tell dim" role="status">${t('recommend.looking')}</p>` : nothing) : this.#start();
    }
    if (answer.items.length === 0) {
      return html`${this.#preparing(answer)}${this.#none(answer)}`;
    }
    const { shown } = this;
    return html`<div class="over"><h2>${t(`recommend.title_${answer.kind}`)} <span class="dim" aria-hidden="true">${shown.length}</span></h2>
        <span class="unseen" role="status">${t('recommend.found', { n: shown.length })}</span>
        ${this.#anyBase(answer)}</div>
      ${error ? html`<p class="tell bad" role="alert">${icons.warn}<span>${t('error.title')}</span>
        <button class="btn tiny" @click=${() => void this.ask(true)}>${t('error.retry')}</button></p>` : nothing}
      ${this.#preparing(answer)}
      ${this.#chips(answer)}
      ${answer.reason && !answer.preparing ? html`<p class="tell dim">${icons.info}<span>${answer.reason}</span></p>` : nothing}
      ${shown.length === 0 ? notice({ icon: icons.spark, title: t('recommend.all_gone'), actions: this.concept ? html`<button class="btn"
        @click=${() => this.#cut('')}>${t('recommend.show_all')}</button>` : nothing }) : this.#list(answer, shown)}`;
  }

  /** @param {Suggestions} answer @param {Suggestion[]} shown */
  #list(answer, shown) {
    const covers = (/** @type {Suggestion} */ item) => (
      answer.concepts.length < 2 ? [] : coversOf(item, answer.concepts, answer.items.length));
    return html`<ul class="list ${this.isSlow ? 'old' : ''}"
      @toggle=${(/** @type {CustomEvent} */ { detail }) => void this.#toggle(detail.item, detail.weight)}
      @judge=${(/** @type {CustomEvent} */ { detail }) => void this.#judge(detail.item, detail.kind)}>
      ${repeat(shown, (item) => item.id, (item) => html`<li data-id=${item.id}><lm-suggestion .item=${item} .covers=${covers(item)}
        .liked=${this.feedback.isLiked(item.id)}></lm-suggestion></li>`)}</ul>${this.#rest(shown)}`;
  }

  /** @param {Suggestion[]} shown */
  #rest(shown) {
    const n = this.left.length - shown.length;
    return n === 0 ? nothing : html`<p class="rest"><button class="btn" @click=${() => {
      this.isWhole = true;
      this.requestUpdate();
    }}>${t('recommend.rest', { n })}</button></p>`;
  }

  /** Nothing to ask with yet. */
  #start() {
    const { kind } = this;
    return notice({
      icon: icons.spark,
      title: t(`recommend.start_${kind}`),
      text: t(`recommend.start_${kind}_text`),
      actions: kind === 'with' ? html`<button class="btn" @click=${() => this.session.go('catalogue')}>${t('recommend.to_catalogue')}</button>` : nothing,
    });
  }

  /** @param {Suggestions} answer */
  #none(answer) {
    if (this.session.library.state.info?.totals.adapters === 0) {
      return notice({
        icon: icons.folder,
        title: t('recommend.empty'),
        text: t('recommend.empty_text'),
        actions: html`<button class="btn" @click=${() => this.session.go('library', { section: '' })}>${t('recommend.to_library')}</button>`,
      });
    }
    const cut = answer.family !== '' && !this.anyBase;
    return notice({
      icon: icons.spark,
      title: t('recommend.none'),
      text: answer.reason || t('recommend.none_text'),
      actions: html`${cut ? html`<button class="btn" @click=${() => this.#setAnyBase(true)}>${t('recommend.show_any')}</button>` : nothing}
        <button class="btn" @click=${() => this.session.go('catalogue')}>${t('recommend.to_catalogue')}</button>`,
    });
  }

  /** @param {Suggestions} answer */
  #preparing({ preparing }) {
    return preparing ? html`<div class="tell dim preparing" role="status"><span>${t('recommend.preparing', preparing)}</span>
      <div class="bar" aria-hidden="true"><i style="width:${preparing.total > 0 ? (100 * preparing.done) / preparing.total : 0}%"></i></div></div>` : nothing;
  }

  /** @param {boolean} anyBase */
  #setAnyBase(anyBase) {
    this.anyBase = anyBase;
    void this.ask();
    this.requestUpdate();
  }

  /** @param {Suggestions} answer */
  #anyBase({ family }) {
    return family || this.anyBase ? html`<label class="any dim" title=${family ? t('recommend.any_base_why', { family }) : nothing}><input type="checkbox" .checked=${this.anyBase}
      @change=${(/** @type {Event & {target: HTMLInputElement}} */ { target }) => this.#setAnyBase(target.checked)}> ${t('recommend.any_base')}</label>` : nothing;
  }

  /** @param {string} text */
  #cut(text) {
    this.concept = text;
    this.requestUpdate();
  }

  /** @param {Suggestions} answer */
  #chips(answer) {
    const asked = this.question?.prompt ?? '';
    const counts = countsOf(answer.concepts, answer.items.filter(({ id }) => !this.feedback.isGone(id, asked)));
    const chosen = chosenOf(answer.concepts, this.concept);
    return counts.length === 0 ? nothing : html`<div class="concepts" role="group" aria-label=${t('recommend.concepts')}>
      <button class="chip ${chosen ? '' : 'on'}" aria-pressed=${!chosen} @click=${() => this.#cut('')}>${t('recommend.all')}</button>
      ${counts.map(({ concept, count }) => {
        const label = count > 0 ? t('recommend.covered', { n: count, text: concept.text }) : t('recommend.not_covered', { text: concept.text });
        return html`<button class="chip ${concept === chosen ? 'on' : ''}" aria-pressed=${concept === chosen} ?disabled=${count === 0} aria-label=${label} title=${label}
          @click=${() => this.#cut(concept === chosen ? '' : concept.text)}><span class="clip">${concept.text}</span> <span class="dim">${count}</span></button>`;
      })}</div>`;
  }
}

define('lm-recommend', LmRecommend);
