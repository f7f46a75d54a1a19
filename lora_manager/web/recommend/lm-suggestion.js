/** One suggestion: what it is and why, its weight, putting it in, and what the user thinks of it. */

import * as format from '../core/format.js';
import { copyText } from '../core/actions.js';
import { highlight } from '../core/highlight.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { judged, weightInput } from '../ui/weight-field.js';
import { t } from '../strings.js';
import '../strings/recommend.js';
import { html, nothing } from '../vendor/lit.js';
import { judging } from './judging-icons.js';
import { sharesOf, weightText } from './shares.js';
import { reasonStyles, suggestionStyles } from './suggestion-styles.js';

/** @import {Suggestion} from '../core/types-recommend.js' */

/** Marks of what it covers: more would push the reason away. */
const MOST_COVERS = 2;

/** A text with the words in it that matched. @param {string} text @param {string[]} words */
export function marked(text, words) {
  return highlight(text, words).map((piece) => (piece.hit ? html`<em>${piece.text}</em>` : piece.text));
}

/** Events: toggle (with the weight), judge ("accepted", "dismissed", "not_here", or "back"). */
export class LmSuggestion extends LmElement {
  static properties = { item: { attribute: false }, covers: { attribute: false }, liked: { attribute: false } };

  static styles = [controls, thumbStyles, reasonStyles, suggestionStyles];

  /** What lies over the others goes when one turns to them; what stands between them stays. */
  #elsewhere = (/** @type {Event} */ event) => {
    const inside = this.find('.inside');
    if (!event.composedPath().includes(this) && inside && getComputedStyle(inside).position === 'absolute') {
      this.#show('');
    }
  };

  constructor() {
    super();
    /** @type {Suggestion|null} */
    this.item = null;
    /** @type {string[]} what of the prompt it covers */
    this.covers = [];
    this.liked = false;
    /** @type {number|null} as the user wants it */
    this.weight = null;
    /** @type {''|'why'|'folded'} */
    this.open = '';
    const { prompt, cards, relay } = this.session;
    this.watch(prompt, cards, relay);
  }

  /** @override @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    const before = /** @type {Suggestion|null|undefined} */ (changed.get('item'));
    if (before && before.id !== this.item?.id) {
      this.weight = null;
      this.#show('');
    }
  }

  /** @override */
  render() {
    const { item } = this;
    if (!item) {
      return nothing;
    }
    const used = this.session.inPrompt(item.id);
    const show = t('recommend.open', { name: item.name });
    return html`<div class="card ${used ? 'used' : ''}" @keydown=${this.#key}>
      <button class="look" aria-label=${show} title=${show}
        @click=${() => this.session.go('catalogue', { adapter: item.id })}>${thumb(this.session, item, 256)}</button>
      <div class="about">
        <p class="name" title=${item.name}>${item.name}</p>
        <p class="marks">${used ? html`<span class="mark in">${icons.check}${t('recommend.used', { weight: format.weight(used.weight) })}</span>` : nothing}${this.#marks(item)}</p>
        <p class="why">${marked(item.reason, item.matched)}</p>
        ${this.#words(item)}
        ${weightText(item.suggested) ? html`<p class="dim small clip" title=${item.suggested.why}>${weightText(item.suggested)}</p>` : nothing}
      </div>
      ${this.#foot(item, used)}
      ${this.open === 'why' ? this.#why(item) : this.open === 'folded' ? this.#folded(item) : nothing}
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape' && this.open) {
      event.preventDefault();
      const button = /** @type {HTMLElement|null} */ (this.find('[aria-expanded=true]'));
      this.#show('');
      button?.focus();
    }
  }

  /** @param {Suggestion} item */
  #marks(item) {
    const covers = this.covers.slice(0, MOST_COVERS);
    const { kind, note } = item.fit;
    const warns = kind === 'usable' || kind === 'not';
    return html`${item.base_model ? html`<span class="mark ${warns ? kind : ''}" title=${note || item.base_model}>${format.badge(item.base_model)}</span>` : nothing}${
      item.archetype ? html`<span class="mark">${item.archetype}</span>` : nothing}${
      item.folded.length > 0 ? html`<button class="link" aria-expanded=${this.open === 'folded'} title=${t('recommend.versions_why')}
        @click=${() => this.#turn('folded')}>${t(item.folded.every(({ why }) => why === 'version') ? 'recommend.versions' : 'recommend.folded', {
          n: item.folded.length,
        })}</button>` : nothing}${
      covers.map((text) => html`<span class="mark covers" title=${text}>${text}</span>`)}`;
  }

  /** Its trigger words; where one was looked for, those that were found. @param {Suggestion} item */
  #words(item) {
    if (item.words && item.words.length > 0) {
      return html`<p class="small clip">${item.words.map(({ word, match }, n) => html`${n > 0 ? ', ' : ''}${word}
        <span class="dim">(${t(`recommend.match_${match}`)})</span>`)}</p>`;
    }
    const words = [...new Set(item.trigger_groups.flat())].join(', ');
    return words ? html`<p class="dim small clip" title=${words}>${t('recommend.words', { words })}</p>` : nothing;
  }

  /** @param {Suggestion} item @param {{weight: number}|undefined} used */
  #foot(item, used) {
    const weight = this.weight ?? item.suggested.weight;
    const set = (/** @type {number} */ value) => {
      this.weight = value;
      this.requestUpdate();
    };
    const toggle = () => this.emit('toggle', { item, weight });
    return html`<div class="foot" role="group" aria-label=${item.name}>
      ${used ? html`<button class="btn insert" aria-label=${t('recommend.take_out_name', { name: item.name })} @click=${toggle}>${t('recommend.take_out')}</button>`
        : html`<span class="pair">${weightInput(this.session, weight, t('recommend.weight_of', { name: item.name }), set)}<button
          class="btn insert" aria-label=${t('recommend.insert_name', { name: item.name })} ?disabled=${judged(weight) === 'beyond'}
          title=${item.suggested.why} @click=${toggle}>${t('recommend.insert')}</button></span>`}
      ${item.why.length > 0 ? html`<button class="btn quiet more" aria-expanded=${this.open === 'why'} aria-label=${t('recommend.why_name', { name: item.name })}
        @click=${() => this.#turn('why')}>${icons.chevron}${t('recommend.why')}</button>` : nothing}
      <span class="grow"></span>
      ${this.#thumbs(item)}
    </div>`;
  }

  /** @param {Suggestion} item */
  #thumbs(item) {
    const button = (/** @type {string} */ kind, /** @type {string} */ label, /** @type {unknown} */ icon, on = false) => html`<button
      class="btn quiet icon ${on ? 'on' : ''}" aria-label=${label} title=${label} aria-pressed=${kind === 'accepted' || kind === 'back' ? on : nothing}
      @click=${() => this.emit('judge', { item, kind })}>${icon}</button>`;
    const { name } = item;
    return html`${this.liked ? button('back', t('recommend.liked'), judging.upFull, true)
        : button('accepted', t('recommend.like', { name }), judging.up)}
      ${button('dismissed', t('recommend.dismiss', { name }), judging.down)}
      ${button('not_here', t('recommend.not_here', { name }), judging.hide)}`;
  }

  /** @param {'why'|'folded'} part */
  #turn(part) {
    this.#show(this.open === part ? '' : part);
    void this.updateComplete.then(() => this.find('.inside')?.scrollIntoView({ block: 'nearest' }));
  }

  /** @param {''|'why'|'folded'} part */
  #show(part) {
    this.open = part;
    this.toggleAttribute('open', part !== '');
    document.removeEventListener('pointerdown', this.#elsewhere);
    if (part) {
      document.addEventListener('pointerdown', this.#elsewhere);
    }
    this.requestUpdate();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#elsewhere);
  }

  /** @param {Suggestion} item */
  #why(item) {
    const { example, suggested } = item;
    const copy = () => void copyText(this.session, example?.text ?? '', t('detail.copied'));
    return html`<div class="inside">
      <ul class="shares">${sharesOf(item.why).map(({ label, text, share, percent }) => html`<li class="share">
        <span>${label}</span><span class="bar" aria-hidden="true"><i style="width:${100 * share}%"></i></span>
        <span class="percent">${t('why.share', { n: percent })}</span>
        ${text ? html`<span class="said">${marked(text, item.matched)}</span>` : nothing}</li>`)}</ul>
      ${example ? html`<div class="example small">
        <div class="row"><span class="dim">${t(example.own ? 'recommend.example_own' : 'recommend.example')}</span>
          <button class="btn quiet tiny icon" aria-label=${t('detail.copy')} title=${t('detail.copy')} @click=${copy}>${icons.copy}</button></div>
        <blockquote class="said">${marked(example.text, item.matched)}</blockquote></div>` : nothing}
      ${item.fit.note ? html`<p class="small ${item.fit.kind === 'not' ? 'bad' : 'dim'}">${item.fit.note}</p>` : nothing}
      ${suggested.why ? html`<p class="dim small">${t('recommend.weight_why', { weight: format.weight(suggested.weight), why: suggested.why })}</p>` : nothing}
    </div>`;
  }

  /** @param {Suggestion} item */
  #folded(item) {
    return html`<ul class="inside folded">${item.folded.map((one) => html`<li class="small"><button
      @click=${() => this.session.go('catalogue', { adapter: one.id })}><span class="what">${[one.name, one.version].filter(Boolean).join(' · ')}</span>
      <span class="dim">${t(`recommend.folded_${one.why}`)}</span></button></li>`)}</ul>`;
  }
}

define('lm-suggestion', LmSuggestion);
