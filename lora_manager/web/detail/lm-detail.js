/** Everything about one adapter, and putting it into the prompt just so. */

import * as format from '../core/format.js';
import { copyText, editAdapter, insertAdapter, takeOut, toggleFavourite, whyUnreachable } from '../core/actions.js';
import { wordsIn } from '../core/prompt-tags.js';
import { safeFragment } from '../core/safe-html.js';
import { debounce, Latest } from '../core/timing.js';
import { cardTools, toolStyles, toolOf, useTool } from '../ui/card-tools.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, noticeStyles } from '../ui/notice.js';
import { stars, starsStyles } from '../ui/stars.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { weightField, weightStyles } from '../ui/weight-field.js';
import { t } from '../strings.js';
import { guard, html, nothing } from '../vendor/lit.js';
import { detailStyles } from './detail-styles.js';
import { sourceName } from './fact.js';
import { facts, factStyles, foldedFacts, source } from './facts.js';
import { allWords, defaultWords, wordStyles, wordToggles } from './words.js';
import '../ui/lm-lightbox.js';

/**
 * @import {Card, Detail} from '../core/types.js'
 * @import {LmLightbox} from '../ui/lm-lightbox.js'
 */

const SAVE_DELAY = 900;
const RECENT = 12;

/** Events: close. */
export class LmDetail extends LmElement {
  static properties = { adapterId: { attribute: false } };

  static styles = [
    controls, toolStyles, noticeStyles, starsStyles, thumbStyles, weightStyles, wordStyles, factStyles, detailStyles,
  ];

  #latest = new Latest();
  #saveNotes = debounce(
    (/** @type {Detail} */ detail, /** @type {string} */ notes) => void this.#save(detail, { notes }), SAVE_DELAY,
  );

  constructor() {
    super();
    /** @type {number|null} */
    this.adapterId = null;
    /** @type {Detail|null} */
    this.detail = null;
    /** @type {unknown} */
    this.error = null;
    this.weight = 1;
    /** @type {Set<string>} */
    this.words = new Set();
    /** @type {''|'saved'|'not_saved'|'waiting'} */
    this.notesState = '';
    /** @type {string|null} what stands in the box, null until the user types: an answer must not undo typing */
    this.notes = null;
    const { prompt, cards, unsent, relay, library } = this.session;
    this.watch(prompt, cards, unsent, relay, library);
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('adapterId')) {
      this.#saveNotes.flush();
      this.detail = null;
      this.error = null;
      const unsent = this.session.unsent.get(this.adapterId);
      this.notes = unsent ?? null;
      this.notesState = unsent === undefined ? '' : 'waiting';
      const card = this.card;
      if (card) {
        this.#prepare(card);
      }
      void this.#load();
    } else if (this.notesState === 'waiting' && this.session.unsent.get(this.adapterId) === undefined) {
      this.notesState = this.session.unsent.state.refused === this.adapterId ? 'not_saved' : 'saved';
    }
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#saveNotes.flush();
  }

  /** What is known at once, from the list. @returns {Card|undefined} */
  get card() {
    return this.session.cards.get(this.adapterId) ?? this.detail ?? undefined;
  }

  /** @param {Card} card */
  #prepare(card) {
    const inPrompt = this.session.inPrompt(card.id);
    const { prompt: { state: { text } }, relay } = this.session;
    this.weight = inPrompt?.weight ?? card.weight;
    this.words = new Set(inPrompt && !relay.state.on ? wordsIn(text, allWords(card)) : defaultWords(card));
  }

  async #load() {
    const id = /** @type {number} */ (this.adapterId);
    const known = this.card;
    try {
      const detail = await this.#latest.run((signal) => this.session.api.adapter(id, signal));
      if (!detail) {
        return;
      }
      this.detail = detail;
      this.error = null;
      this.session.cards.changed(detail);
      if (!known) {
        this.#prepare(detail);
      }
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** @param {Detail} detail @param {string} notes */
  #typeNotes(detail, notes) {
    this.notes = notes;
    this.#saveNotes(detail, notes);
  }

  /** @param {Card} card @param {Partial<Detail>} changes */
  async #save(card, changes) {
    const detail = await editAdapter(this.session, card, changes);
    if (card.id !== this.adapterId) {
      return;
    }
    this.detail = detail ?? this.detail;
    if ('notes' in changes) {
      const waits = this.session.unsent.get(card.id) !== undefined;
      this.notesState = detail ? 'saved' : waits ? 'waiting' : 'not_saved';
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { card, detail, error } = this;
    if (!card) {
      return error ? errorNotice(error, () => void this.#load()) : html`<div class="waiting"></div>`;
    }
    return html`<aside class="panel scroll shade" aria-label=${t('detail.label', { name: card.name })}>
      ${this.#picture(card)}
      <div class="content">
        ${this.#title(card)}
        ${this.#use(card)}
        ${detail ? this.#more(detail) : nothing}
        ${error ? errorNotice(error, () => void this.#load()) : nothing}
      </div>
    </aside><lm-lightbox></lm-lightbox>`;
  }

  /** @param {Card} card */
  #picture(card) {
    return html`<div class="picture ${card.preview ? '' : 'none'}">
      ${thumb(this.session, card, 512)}
      <button class="round favourite ${card.favourite ? 'on' : ''}" aria-pressed=${card.favourite}
        aria-label=${t('card.favourite')} title=${t('card.favourite_key')}
        @click=${() => toggleFavourite(this.session, card)}>${card.favourite ? icons.heartFull : icons.heart}</button>
      <button class="round" aria-label=${t('detail.close')} title=${t('detail.close')}
        @click=${() => this.emit('close')}>${icons.close}</button>
    </div>`;
  }

  /** @param {Card} card */
  #title(card) {
    const line = [card.version, card.author ? t('detail.by', { name: card.author }) : '', card.base_model];
    const used = card.uses > 0 ? [t('detail.used', { n: card.uses }),
      card.last_used_at ? t('detail.last_used', { ago: format.ago(card.last_used_at) }) : ''] : [];
    return html`<header>
      <h2>${card.name}</h2>
      <p class="dim">${line.filter(Boolean).join(' · ')}</p>
      <p class="row rating">${stars(card.rating, (rating) => void this.#save(card, { rating }))}
        <span class="dim small">${used.filter(Boolean).join(', ')}</span></p>
      <div class="more" @click=${(/** @type {Event} */ event) => this.#tool(event, card)}>${cardTools(this.session, card, true)}</div>
      ${card.state === 'missing' ? html`<p class="bad small">${t('detail.gone')}</p>` : nothing}
      ${card.hidden_by ? html`<p class="warn small">${whyUnreachable(card)}</p>` : nothing}
      ${card.state === 'incomplete' ? html`<p class="warn small">${t('detail.incomplete')}</p>` : nothing}
    </header>`;
  }

  /** @param {Event} event @param {Card} card */
  #tool(event, card) {
    const tool = toolOf(event);
    if (tool) {
      void useTool(this.session, { ...card, ...this.detail }, tool);
    }
  }

  /** @param {Card} card */
  #use(card) {
    const inPrompt = this.session.inPrompt(card.id) !== undefined;
    const set = (/** @type {number} */ weight) => {
      this.weight = weight;
      this.requestUpdate();
    };
    const insert = () => insertAdapter(this.session, card, {
      weight: this.weight, triggers: allWords(card).filter((word) => this.words.has(word)),
    });
    return html`<section>
      <h3>${t('detail.triggers')}${this.detail ? source(this.detail, 'trigger_groups') : nothing}</h3>
      ${wordToggles(card, this.words, (words) => {
        this.words = words;
        this.requestUpdate();
      })}
      <h3 class="spaced">${t('detail.weight')}
        ${card.weight_source ? html`<span class="source">${sourceName(card.weight_source)}</span>` : nothing}
        ${this.weight === card.weight ? nothing : html`<button class="btn quiet tiny" @click=${() => set(card.weight)}>
          ${t('detail.weight_reset', { weight: format.weight(card.weight) })}</button>`}</h3>
      ${weightField(this.session, this.weight, t('detail.weight'), set)}
      <div class="buttons">
        <button class="btn primary grow" @click=${insert}>${t(inPrompt ? 'detail.update' : 'detail.insert')}</button>
        ${inPrompt ? html`<button class="btn" @click=${() => takeOut(this.session, card)}>${t('detail.remove')}</button>` : nothing}
      </div>
    </section>`;
  }

  /** @param {Detail} detail */
  #more(detail) {
    const negative = detail.negative_text ?? '';
    const copy = (/** @type {string} */ text) => void copyText(this.session, text, t('detail.copied'));
    return html`
      ${negative ? html`<section><h3>${t('detail.negative')}
        <button class="btn quiet tiny icon" aria-label=${t('detail.copy')} title=${t('detail.copy')}
          @click=${() => copy(negative)}>${icons.copy}</button></h3>
        <p class="text">${negative}</p></section>` : nothing}
      <section>
        <h3>${t('detail.notes')} ${this.notesState ? html`<span class="dim small" role="status">${t(`detail.notes_${this.notesState}`)}</span>` : nothing}</h3>
        <textarea class="field notes" rows="2" aria-label=${t('detail.notes')} placeholder=${t('detail.notes_placeholder')}
          .value=${this.notes ?? detail.notes ?? ''}
          @input=${(/** @type {Event & {target: HTMLTextAreaElement}} */ event) => this.#typeNotes(detail, event.target.value)}
          @blur=${() => this.#saveNotes.flush()}></textarea>
      </section>
      ${facts(detail, copy)}
      ${this.#tags(detail)}
      ${detail.description_html ? html`<section><h3>${t('detail.description')}</h3>
        <div class="description">${guard([detail.description_html], () => safeFragment(detail.description_html))}</div></section>` : nothing}
      ${this.#recent(detail)}
      <section class="folds">${foldedFacts(detail, copy)}</section>`;
  }

  /** @param {Detail} detail */
  #tags(detail) {
    if (detail.tags.length === 0) {
      return nothing;
    }
    return html`<section><h3>${t('detail.tags')}</h3><div class="words">
      ${detail.tags.map((tag) => html`<button class="chip" title=${t('detail.find_tag', { name: tag })}
        @click=${() => this.emit('tag', { tag })}>${tag}</button>`)}</div></section>`;
  }

  /** @param {Detail} detail */
  #recent(detail) {
    const images = detail.recent.slice(0, RECENT).flatMap(({ image_id: id }) => (id === null ? [] : [id]));
    if (images.length === 0) {
      return nothing;
    }
    return html`<section><h3>${t('detail.recent')}</h3><div class="recent">
      ${images.map((id, index) => html`<button aria-label=${t('lightbox.open')}
        @click=${() => /** @type {LmLightbox} */ (this.find('lm-lightbox')).open(images, index)}>
        <img alt="" loading="lazy" src=${this.session.api.imageThumbnailUrl(id, 128)}></button>`)}</div></section>`;
  }
}

define('lm-detail', LmDetail);
