/** Everything about one adapter, and putting it into the prompt just so. */

import * as format from '../core/format.js';
import { copyText, insertAdapter, takeOut, whyUnreachable } from '../core/actions.js';
import { wordsIn } from '../core/prompt-tags.js';
import { debounce, Latest } from '../core/timing.js';
import { toolStyles } from '../ui/card-tools.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, noticeStyles } from '../ui/notice.js';
import { stars, starsStyles } from '../ui/stars.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { weightField, weightStyles } from '../ui/weight-field.js';
import { t } from '../strings.js';
import { html, keyed, nothing } from '../vendor/lit.js';
import { bringBack } from './bring-back.js';
import { detailStyles } from './detail-styles.js';
import { editStyles } from './edit-styles.js';
import { around, conflictOf, editable, saidOf, sourceOf, stateOf } from './editable.js';
import { Editing } from './editing.js';
import { sourceName } from './sources.js';
import { facts, factStyles, foldedFacts } from './facts.js';
import { Notes } from './notes.js';
import { rangeFact } from './weight-range.js';
import { allWords, defaultWords, wordStyles, wordToggles } from './words.js';
import '../strings/detail.js';
import '../ui/lm-lightbox.js';
import './lm-description.js';
import './lm-file-tools.js';
import './lm-tags.js';

/**
 * @import {Card, Detail} from '../core/types.js'
 * @import {LmLightbox} from '../ui/lm-lightbox.js'
 * @import {Context} from './editable.js'
 * @import {LmTags} from './lm-tags.js'
 * @import {Groups} from './word-lists.js'
 */

const FOLLOW_DELAY = 250;
const RECENT = 12;

/** Events: close. */
export class LmDetail extends LmElement {
  static properties = { adapterId: { attribute: false } };

  static styles = [
    controls, toolStyles, noticeStyles, starsStyles, thumbStyles, weightStyles, wordStyles, factStyles, editStyles,
    detailStyles,
  ];

  #latest = new Latest();
  #follow = debounce(() => void this.#load(), FOLLOW_DELAY);
  /** The catalogue as it was when the details came. */
  #revision = 0;

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
    /** @type {Detail|null} the details as they were when the user began to change the trigger words */
    this.wordsSeen = null;
    const { prompt, cards, unsent, relay, library, server } = this.session;
    this.editing = new Editing(this.session, (detail) => this.#show(detail));
    this.notes = new Notes(this.session, this.editing, () => this.requestUpdate());
    this.editing.onSettled = (id, values, isGivenUp = false) => (
      id === this.adapterId && this.notes.settled(values, isGivenUp));
    this.watch(prompt, cards, unsent, relay, library, server, this.editing);
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const { revision } = this.session.server.state;
    if (changed.has('adapterId')) {
      this.notes.flush();
      this.detail = null;
      this.error = null;
      this.wordsSeen = null;
      this.editing.reset(this.adapterId);
      this.notes.open(this.adapterId);
      const card = this.card;
      if (card) {
        this.#prepare(card);
      }
      void this.#load();
    } else {
      this.notes.follow();
    }
    if (this.detail && revision !== this.#revision) {
      this.#revision = revision; // Somebody changed something: here, in another tab, or a scan did.
      this.#follow();
    }
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.session.need(Promise.all([import('./lm-similar.js'), import('./lm-insight.js')])).catch(() => {});
    this.notes.start();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.notes.stop();
    this.#follow.cancel();
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
    this.#revision = this.session.server.state.revision;
    try {
      const detail = await this.#latest.run((signal) => this.session.api.adapter(id, signal));
      if (!detail) {
        return;
      }
      this.error = null;
      this.session.cards.changed(detail);
      this.#show(detail);
      if (!known) {
        this.#prepare(detail);
      }
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** The slider and the chosen words follow what they stood for. @param {Detail} detail */
  #show(detail) {
    if (detail.id !== this.adapterId) {
      return;
    }
    const before = this.detail;
    this.detail = detail;
    if (before && before.weight !== detail.weight && this.weight === before.weight) {
      this.weight = detail.weight;
    }
    if (before && JSON.stringify(before.trigger_groups) !== JSON.stringify(detail.trigger_groups)) {
      const [old, now] = [new Set(allWords(before)), allWords(detail)];
      this.words = new Set(now.filter((word) => (old.has(word) ? this.words.has(word) : true)));
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    const { card, detail, error } = this;
    if (!card) {
      return error ? errorNotice(error, () => void this.#load()) : html`<div class="waiting"></div>`;
    }
    const context = detail && { session: this.session, editing: this.editing, detail: { ...detail, ...card } };
    return keyed(card.id, html`<aside class="panel scroll shade" aria-label=${t('detail.label', { name: card.name })}>
      ${this.#picture(card)}
      <div class="content">
        ${this.#title(card, context)}
        ${this.#use(card, context)}
        ${context ? this.#more(context) : nothing}
        ${error ? errorNotice(error, () => void this.#load()) : nothing}
      </div>
    </aside><lm-lightbox></lm-lightbox>`);
  }

  /** @param {Card} card */
  #picture(card) {
    const seen = /** @type {Detail} */ ({ ...this.detail, ...card });
    const turn = () => void this.editing.save(seen, { favourite: !card.favourite });
    return html`<div class="picture ${card.preview ? '' : 'none'}">
      ${thumb(this.session, card, 512)}
      <button class="round favourite ${card.favourite ? 'on' : ''}" aria-pressed=${card.favourite}
        aria-label=${t('card.favourite')} title=${t('card.favourite_key')}
        @click=${turn}>${card.favourite ? icons.heartFull : icons.heart}</button>
      <button class="round" aria-label=${t('detail.close')} title=${t('detail.close')}
        @click=${() => this.emit('close')}>${icons.close}</button>
    </div>`;
  }

  /** @param {Card} card @param {Context|null} context */
  #title(card, context) {
    const line = [card.version, card.author ? t('detail.by', { name: card.author }) : '', card.base_model];
    const used = card.uses > 0 ? [t('detail.used', { n: card.uses }),
      card.last_used_at ? t('detail.last_used', { ago: format.ago(card.last_used_at) }) : ''] : [];
    return html`<header>
      <h2>${context ? editable(context, 'name') : card.name}</h2>
      ${context ? around(context, 'name') : nothing}
      <p class="dim">${line.filter(Boolean).join(' · ')}</p>
      <p class="row rating">${stars(card.rating, (rating) => context && void this.editing.save(context.detail, { rating }))}
        <span class="dim small">${used.filter(Boolean).join(', ')}</span></p>
      <lm-file-tools .card=${card} .detail=${context?.detail ?? null} .editing=${this.editing} @gone=${() => this.emit('close')}></lm-file-tools>
      ${this.#warnings(card, context)}
    </header>`;
  }

  /** @param {Card} card @param {Context|null} context */
  #warnings(card, context) {
    const back = () => void bringBack(this.session, card).then(() => this.editing.reload(card.id));
    return html`${card.state === 'trashed' ? html`<p class="warn small">${t('files.trashed')}
        <button class="link" @click=${back}>${t('files.bring_back')}</button></p>` : nothing}
      ${card.state === 'missing' ? html`<p class="bad small">${t('detail.gone')}</p>` : nothing}
      ${card.hidden_by ? html`<p class="warn small">${whyUnreachable(card)}</p>` : nothing}
      ${card.state === 'incomplete' ? html`<p class="warn small">${t('detail.incomplete')}</p>` : nothing}
      ${card.active || !context ? nothing : html`<p class="warn small">${t('edit.inactive')}
        <button class="link" @click=${() => void this.editing.save(context.detail, { active: true })}>${t('edit.activate')}</button></p>`}`;
  }

  /** @param {Card} card @param {Context|null} context */
  #use(card, context) {
    const inPrompt = this.session.inPrompt(card.id);
    const set = (/** @type {number} */ weight) => {
      this.weight = weight;
      this.requestUpdate();
    };
    const put = (/** @type {string[]} */ triggers) => void insertAdapter(this.session, card, {
      weight: this.session.inPrompt(card.id)?.weight ?? this.weight, triggers,
    });
    const insert = () => insertAdapter(this.session, card, {
      weight: this.weight, triggers: allWords(card).filter((word) => this.words.has(word)),
    });
    return html`<section>
      <h3>${t('detail.triggers')}${context ? sourceOf(context, 'trigger_groups', 'trained_words', 'activation_text') : nothing}
        ${context ? stateOf(context, 'trigger_groups') : nothing}
        ${context && !this.wordsSeen ? html`<button class="btn quiet tiny icon pencil" aria-label=${t('edit.words')} title=${t('edit.words')}
          @click=${() => this.#editWords(context.detail)}>${icons.pencil}</button>` : nothing}</h3>
      ${this.wordsSeen ? this.#wordsEditor(this.wordsSeen) : wordToggles(card, {
        put,
        chosen: this.words,
        choose: (words) => {
          this.words = words;
          this.requestUpdate();
        },
      })}
      ${context ? html`${saidOf(context, 'trigger_groups')}${conflictOf(context, 'trigger_groups')}` : nothing}
      ${this.#weight(card, context, set)}
      <div class="buttons">
        <button class="btn primary grow" @click=${insert}>${t(inPrompt ? 'detail.update' : 'detail.insert')}</button>
        ${inPrompt ? html`<button class="btn" @click=${() => takeOut(this.session, card)}>${t('detail.remove')}</button>` : nothing}
      </div>
    </section>`;
  }

  /** @param {Card} card @param {Context|null} context @param {(weight: number) => void} set */
  #weight(card, context, set) {
    const differs = this.weight !== card.weight;
    const weight = format.weight(this.weight);
    const range = context && { low: context.detail.weight_min ?? null, high: context.detail.weight_max ?? null };
    return html`<h3 class="spaced">${t('detail.weight')}
        ${context?.detail.edited.includes('weight') ? sourceOf(context, 'weight')
          : card.weight_source ? html`<span class="source">${sourceName(card.weight_source)}</span>` : nothing}
        ${context ? stateOf(context, 'weight') : nothing}<span class="grow"></span>
        ${differs && context ? html`<button class="btn quiet tiny" title=${t('edit.weight_keep_why', { weight })}
          @click=${() => void this.editing.save(context.detail, { weight: this.weight })}>${t('edit.weight_keep', { weight })}</button>` : nothing}
        ${differs ? html`<button class="btn quiet tiny" @click=${() => set(card.weight)}>
          ${t('detail.weight_reset', { weight: format.weight(card.weight) })}</button>` : nothing}</h3>
      ${weightField(this.session, this.weight, t('detail.weight'), set, range)}
      ${context ? html`${rangeFact(context)}${saidOf(context, 'weight')}${conflictOf(context, 'weight')}` : nothing}`;
  }

  /** @param {Detail} detail */
  #editWords(detail) {
    this.wordsSeen = detail;
    this.session.need(import('./lm-words.js')).catch(() => {
      this.wordsSeen = null;
      this.requestUpdate();
    });
    this.requestUpdate();
  }

  /** @param {Detail} seen */
  #wordsEditor(seen) {
    const close = async (/** @type {Groups|null} */ groups) => {
      const outcome = groups ? await this.editing.save(seen, { trigger_groups: groups }) : 'same';
      if (this.wordsSeen === seen) {
        this.wordsSeen = null;
        this.requestUpdate();
      }
      if (outcome === 'failed' && groups) {
        this.wordsSeen = { ...seen };
        this.requestUpdate();
      }
    };
    return html`<lm-words .groups=${seen.trigger_groups} @cancel=${() => void close(null)}
      @done=${(/** @type {CustomEvent<{groups: Groups}>} */ event) => void close(event.detail.groups)}></lm-words>`;
  }

  /** @param {Context} context */
  #more(context) {
    const { detail } = context;
    const copy = (/** @type {string} */ text) => void copyText(this.session, text, t('detail.copied'));
    return html`
      ${this.#negative(context, copy)}
      ${this.notes.render(context)}
      <section><h3>${t('detail.tags')}${sourceOf(context, 'tags')}${stateOf(context, 'tags')}
        <button class="btn quiet tiny icon pencil" aria-label=${t('edit.tags')} title=${t('edit.tags')}
          @click=${() => void /** @type {LmTags} */ (this.find('lm-tags')).edit()}>${icons.pencil}</button></h3>
        <lm-tags .tags=${detail.tags} .save=${(/** @type {string[]} */ tags) => this.editing.save(detail, { tags })}></lm-tags>
        ${saidOf(context, 'tags')}${conflictOf(context, 'tags')}</section>
      ${facts(context, copy)}
      <section><h3>${t('detail.description')}${sourceOf(context, 'description', 'description_html', 'version_description_html')}${
        stateOf(context, 'description')}</h3>
        <lm-description .html=${detail.description_html} .save=${(/** @type {string} */ text) => this.editing.save(detail, { description: text })}></lm-description>
        ${saidOf(context, 'description')}${conflictOf(context, 'description')}</section>
      ${this.#recent(detail)}
      <section class="folds">${this.#told(context)}${foldedFacts(context, copy)}</section>`;
  }

  /** What its texts tell, and what is like it. Both come by themselves. @param {Context} context */
  #told({ detail }) {
    const keep = (/** @type {CustomEvent<string>} */ event) => (
      void this.editing.save(detail, { archetype: event.detail }));
    const use = (/** @type {CustomEvent<number>} */ event) => {
      this.weight = event.detail;
      this.requestUpdate();
    };
    return html`<lm-similar .adapterId=${detail.id}></lm-similar>
      <lm-insight .adapterId=${detail.id} @archetype=${keep} @weight=${use}></lm-insight>`;
  }

  /** @param {Context} context @param {(text: string) => void} copy */
  #negative(context, copy) {
    const negative = context.detail.negative_text ?? '';
    return html`<section>${negative ? html`<h3>${t('detail.negative')}${sourceOf(context, 'negative_text')}
        <button class="btn quiet tiny icon" aria-label=${t('detail.copy')} title=${t('detail.copy')}
        @click=${() => copy(negative)}>${icons.copy}</button></h3>` : nothing}
      ${editable(context, 'negative_text', { kind: 'text', placeholder: t('edit.add_negative') })}${around(context, 'negative_text')}</section>`;
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
