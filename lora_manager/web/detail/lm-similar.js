/** LoRAs that are similar to one: folded until somebody looks, then open at the next one too. */

import { toggleInPrompt } from '../core/actions.js';
import { readSimilar } from '../core/api-recommend.js';
import * as format from '../core/format.js';
import { marked } from '../recommend/lm-suggestion.js';
import { reasonStyles } from '../recommend/suggestion-styles.js';
import { controls } from '../ui/controls.js';
import { define } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import '../strings/recommend.js';
import '../strings/detail.js';
import { css, html, nothing, repeat } from '../vendor/lit.js';
import { FoldedPart } from './folded-part.js';

/** @import {Similar, SimilarBy, Suggestion} from '../core/types-recommend.js' */

const LIMIT = 12;
/** Shown before one asks for the rest. */
const FIRST = 5;

/** @extends {FoldedPart<Similar>} */
export class LmSimilar extends FoldedPart {
  static preference = 'similar_open';

  static styles = [controls, thumbStyles, reasonStyles, css`
    :host { display: block; border-bottom: 1px solid var(--lm-line); }
    summary { padding: 8px 0; cursor: pointer; border-radius: 6px; }
    .by { display: flex; flex-wrap: wrap; gap: 4px; padding-bottom: 4px; }
    .by button { padding: 2px 8px; border-radius: 12px; color: var(--lm-dim); font-size: 12px; }
    .by button:hover { color: var(--lm-text); background: var(--lm-raise); }
    .by button[aria-pressed='true'] { color: var(--lm-text); background: var(--lm-raise); }
    .list { padding-bottom: 8px; }
    li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px; align-items: center; }
    .item { display: grid; grid-template-columns: 44px minmax(0, 1fr); gap: 10px; padding: 4px; margin-left: -4px; border-radius: 8px; align-items: center; }
    .item:hover { background: var(--lm-raise); }
    .thumb { --thumb-width: 44px; --thumb-height: 56px; --thumb-radius: 6px; }
    .name { display: block; font-weight: 600; }
    .why { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; overflow-wrap: anywhere; color: var(--lm-dim); }
    .on { color: var(--lm-accent-text); }
    p.small { padding-bottom: 8px; }
    .waiting { height: 180px; }
  `];

  constructor() {
    super();
    /** @type {SimilarBy} */
    this.by = 'fused';
    const { prompt, cards, relay } = this.session;
    this.watch(prompt, cards, relay);
  }

  /** @override */
  forget() {
    super.forget();
    this.by = 'fused';
  }

  /** @override */
  heading() {
    return t('similar.title');
  }

  /** @override @param {number} id @param {AbortSignal} signal */
  async ask(id, signal) {
    const { api, cards } = this.session;
    const answer = await readSimilar(api, id, { by: this.by, limit: LIMIT }, signal);
    cards.remember(answer.items);
    return answer;
  }

  /** @override @param {Similar} answer */
  inside(answer) {
    const shown = this.whole ? answer.items : answer.items.slice(0, FIRST);
    const more = answer.items.length - shown.length;
    return html`${this.#ways(answer)}
      ${answer.items.length === 0 ? html`<p class="dim small">${answer.reason || t('similar.none')}</p>` : nothing}
      <ul class="list">${repeat(shown, ({ id }) => id, (item) => this.#line(item, answer.session))}</ul>
      ${more > 0 ? html`<p class="small"><button class="btn tiny" @click=${() => this.showAll()}>${t('insight.more', { n: more })}</button></p>` : nothing}`;
  }

  /** @param {Similar} answer */
  #ways({ available }) {
    const choose = (/** @type {SimilarBy} */ by) => {
      this.by = by;
      this.requestUpdate();
      void this.read();
    };
    return available.length < 2 ? nothing : html`<div class="by" role="group" aria-label=${t('similar.by')}>${available.map((by) => html`<button
      aria-pressed=${by === this.by} @click=${() => choose(by)}>${t(`similar.${by}`)}</button>`)}</div>`;
  }

  /** @param {Suggestion} item @param {string} list */
  #line(item, list) {
    const isIn = !!this.session.inPrompt(item.id);
    const label = t(isIn ? 'recommend.take_out_name' : 'recommend.insert_name', { name: item.name });
    const { weight } = item.suggested;
    const shown = list ? { session: list, position: item.position } : null;
    return html`<li><button class="item" title=${t('recommend.open', { name: item.name })} @click=${() => this.session.go('catalogue', { adapter: item.id })}>
        ${thumb(this.session, item)}<span><span class="name clip">${item.name}</span>
        <span class="why small">${marked(item.reason, item.matched)}</span></span></button>
      <button class="btn quiet icon ${isIn ? 'on' : ''}" aria-pressed=${isIn} aria-label=${label} title="${label} (${format.weight(weight)})"
        @click=${() => void toggleInPrompt(this.session, item, { weight }, shown)}>${isIn ? icons.check : icons.plus}</button></li>`;
  }
}

define('lm-similar', LmSimilar);
