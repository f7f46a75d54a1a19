/** What the texts of one LoRA tell of it: keywords, kind, style, quality, weight, example prompts. Folded at first. */

import { copyText } from '../core/actions.js';
import { readInsight } from '../core/api-recommend.js';
import * as format from '../core/format.js';
import { rangeText } from '../recommend/shares.js';
import { controls } from '../ui/controls.js';
import { define } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import '../strings/recommend.js';
import '../strings/detail.js';
import { html, nothing } from '../vendor/lit.js';
import { FoldedPart } from './folded-part.js';
import { insightStyles } from './insight-styles.js';

/** @import {Insight} from '../core/types-recommend.js' */

const KEYWORDS = 16;
/** A guess below it is more likely wrong than right. */
const LIKELY = 0.5;
/** Example prompts before one asks for the rest. */
const FIRST = 3;

/** @param {number} share 0 to 1 */
function percent(share) {
  return Math.round(100 * share);
}

/**
 * Events: archetype (a kind to be kept), weight (to be used).
 * @extends {FoldedPart<Insight>}
 */
export class LmInsight extends FoldedPart {
  static preference = 'insight_open';

  static styles = [controls, insightStyles];

  constructor() {
    super();
    this.watch(this.session.relay);
  }

  /** @override */
  heading() {
    return t('insight.title');
  }

  /** @override @param {number} id @param {AbortSignal} signal */
  ask(id, signal) {
    return readInsight(this.session.api, id, signal);
  }

  /** @override @param {Insight} insight */
  inside(insight) {
    return html`<div class="inside">
      ${this.#keywords(insight)}
      <dl class="facts">${this.#kind(insight)}${this.#style(insight)}${this.#weight(insight)}${this.#fit(insight)}</dl>
      ${this.#quality(insight)}
      ${this.#examples(insight)}
    </div>`;
  }

  /** @param {Insight} insight */
  #keywords({ keywords }) {
    const search = (/** @type {string} */ word) => this.session.go('catalogue', { query: /\s/.test(word) ? `"${word}"` : word });
    return keywords.length === 0 ? html`<p class="dim small">${t('insight.nothing')}</p>`
      : html`<div class="words" role="group" aria-label=${t('insight.keywords')}>${keywords.slice(0, KEYWORDS).map(({ word }) => html`<button
        class="chip" title=${t('insight.keyword', { word })} @click=${() => search(word)}>${word}</button>`)}</div>`;
  }

  /** @param {Insight} insight */
  #kind({ archetype }) {
    if (!archetype) {
      return nothing;
    }
    const { value, confidence, source } = archetype;
    return html`<dt>${t('insight.archetype')}</dt><dd>${value}
      <span class="dim small">${source === 'said' ? t('insight.said') : t('insight.guessed', { n: percent(confidence) })}</span>
      ${source === 'guessed' ? html`<button class="btn tiny" title=${t('insight.keep_why', { value })}
        @click=${() => this.emit('archetype', value)}>${t('insight.keep')}</button>` : nothing}</dd>`;
  }

  /** @param {Insight} insight */
  #style({ style }) {
    return style && style.confidence >= LIKELY ? html`<dt>${t('insight.style')}</dt><dd>${style.value}
      <span class="dim small">${t('insight.guessed', { n: percent(style.confidence) })}</span></dd>` : nothing;
  }

  /** @param {Insight} insight */
  #weight({ suggested }) {
    const weight = format.weight(suggested.weight);
    return html`<dt>${t('insight.weight')}</dt><dd>${rangeText(suggested)}
      <button class="btn tiny" @click=${() => this.emit('weight', suggested.weight)}>${t('insight.use_weight', { weight })}</button>
      <span class="dim small said">${suggested.why || t(`recommend.source_${suggested.source}`)}</span></dd>`;
  }

  /** @param {Insight} insight */
  #fit({ fit }) {
    return fit.note ? html`<dt>${t('insight.fit')}</dt><dd class=${fit.kind === 'not' ? 'bad' : fit.kind === 'usable' ? 'warn' : ''}>${fit.note}</dd>` : nothing;
  }

  /** @param {Insight} insight */
  #quality({ quality }) {
    return html`<details class="quality"><summary><span class="grow">${t('insight.quality')}</span>
        <span class="bar" aria-hidden="true"><i style="width:${percent(quality.value)}%"></i></span>
        <span class="dim">${t('insight.of_100', { n: percent(quality.value) })}</span></summary>
      <ul class="parts" aria-label=${t('insight.parts')}>${quality.parts.map(({ value, weight, text }) => html`<li class="small">
        <span>${text}</span><span class="bar" aria-hidden="true"><i style="width:${percent(value)}%"></i></span>
        <span class="dim">${t('insight.part', { value: percent(value), share: percent(weight) })}</span></li>`)}</ul></details>`;
  }

  /** @param {Insight} insight */
  #examples({ examples }) {
    if (examples.length === 0) {
      return nothing;
    }
    const shown = this.whole ? examples : examples.slice(0, FIRST);
    const more = examples.length - shown.length;
    return html`<div><h3>${t('insight.examples')}</h3><ul class="examples">${shown.map((example) => this.#example(example))}</ul>
      ${more > 0 ? html`<button class="btn tiny" @click=${() => this.showAll()}>${t('insight.more', { n: more })}</button>` : nothing}</div>`;
  }

  /** @param {Insight['examples'][number]} example */
  #example({ text, weight, own }) {
    const said = [own ? t('insight.own') : '', weight === null ? '' : t('insight.at', { weight: format.weight(weight) })].filter(Boolean);
    return html`<li class="small"><p class="prompt">${text}</p><div class="row"><span class="dim grow">${said.join(', ')}</span>
      ${this.session.relay.state.on ? nothing : html`<button class="btn quiet tiny" @click=${() => this.#add(text)}>${t('insight.add')}</button>`}
      <button class="btn quiet tiny icon" aria-label=${t('detail.copy')} title=${t('detail.copy')}
        @click=${() => void copyText(this.session, text, t('detail.copied'))}>${icons.copy}</button></div></li>`;
  }

  /** Behind what stands in the prompt, with a way back. @param {string} text */
  #add(text) {
    const { prompt, toasts } = this.session;
    const { text: before, place } = prompt.state;
    const bare = before.trimEnd().replace(/,$/, '');
    prompt.write(bare ? `${bare}, ${text}` : text);
    const after = prompt.state.text;
    toasts.show(t('insight.added'), { about: 'example', action: { label: t('toast.undo'), run: () => {
      if (place) {
        prompt.choose(place.id);
      }
      if (prompt.state.text === after) {
        prompt.write(before);
      }
    } } });
  }
}

define('lm-insight', LmInsight);
