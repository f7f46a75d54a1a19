/** The Recommend tab: LoRAs that fit the prompt, each with its reason. */

import * as format from '../core/format.js';
import { toggleInPrompt } from '../core/actions.js';
import { highlight } from '../core/highlight.js';
import { parseTags } from '../core/prompt-tags.js';
import { debounce, Latest } from '../core/timing.js';
import { define, MountElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { errorNotice, notice, noticeStyles } from '../ui/notice.js';
import { PromptBox, promptBoxStyles } from '../ui/prompt-box.js';
import { thumb, thumbStyles } from '../ui/thumb.js';
import { t } from '../strings.js';
import { html, nothing, repeat } from '../vendor/lit.js';
import { recommendStyles } from './recommend-styles.js';
import { placePicker, placeStyles, relayPicker } from '../strip/place-picker.js';
import '../strip/lm-strip.js';

/** @import {Suggestion, Suggestions} from '../core/types.js' */

const DELAY = 350;
const LIMIT = 24;

export class LmRecommend extends MountElement {
  static styles = MountElement.mountStyles(noticeStyles, thumbStyles, promptBoxStyles, placeStyles, recommendStyles);

  #latest = new Latest();
  #askSoon = debounce(() => void this.ask(), DELAY);
  #stop = () => {};
  #asked = '';

  constructor() {
    super();
    /** @type {Suggestions|null} */
    this.answer = null;
    /** @type {unknown} */
    this.error = null;
    this.box = new PromptBox(this);
    this.watch(this.session.prompt, this.session.cards, this.session.relay);
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#stop();
    this.#stop = this.session.prompt.subscribe(() => this.#askSoon());
    if (this.#words() !== this.#asked || this.answer === null) {
      void this.ask();
    }
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#stop();
  }

  /** The prompt without its tags: what the suggestions depend on. */
  #words() {
    const { text } = this.session.prompt.state;
    return parseTags(text).reduceRight((rest, tag) => rest.slice(0, tag.start) + rest.slice(tag.end), text).trim();
  }

  /** @param {boolean} [again] ask even though the words are the same */
  async ask(again = false) {
    const words = this.#words();
    if (words === this.#asked && this.answer && !again) {
      return;
    }
    this.#asked = words;
    this.error = null;
    if (words === '') {
      this.#latest.cancel();
      this.answer = null;
      this.requestUpdate();
      return;
    }
    try {
      const { api, prompt } = this.session;
      const answer = await this.#latest.run((signal) => api.recommend(prompt.state.text, LIMIT, signal));
      if (answer) {
        this.session.cards.remember(answer.items);
        this.answer = { ...answer, items: this.#keptAmong(answer.items) };
      }
    } catch (error) {
      this.error = error;
    }
    this.requestUpdate();
  }

  /** What is in the prompt keeps its place: it must not vanish under the pointer. @param {Suggestion[]} items */
  #keptAmong(items) {
    const all = [...items];
    this.answer?.items.forEach((old, index) => {
      if (this.session.inPrompt(old.id) && !items.some(({ id }) => id === old.id)) {
        all.splice(index, 0, old);
      }
    });
    return all;
  }

  /** The list stays as it is: its words in the prompt are no new question. @param {Suggestion} item */
  async #toggle(item) {
    await toggleInPrompt(this.session, item);
    this.#asked = this.#words();
  }

  /** @override */
  render() {
    return html`<div class="page scroll">
      <div class="head">
        ${placePicker(this.session, 'place.of')}
        <slot name="prompt"></slot>
        ${relayPicker(this.session)}
        ${this.session.relay.state.on ? nothing : html`<lm-strip></lm-strip>`}
      </div>
      ${this.#results()}
    </div>`;
  }

  #results() {
    const { answer, error } = this;
    if (error) {
      return errorNotice(error, () => void this.ask(true));
    }
    if (!answer) {
      return this.#words() === ''
        ? notice({ icon: icons.spark, title: t('recommend.start'), text: t('recommend.start_text') }) : nothing;
    }
    if (answer.items.length === 0) {
      return notice({ icon: icons.spark, title: t('recommend.none'), text: answer.reason });
    }
    return html`<h2 class="title">${t('recommend.title')} <span class="dim">${answer.items.length}</span></h2>
      <ul class="list">${repeat(answer.items, (item) => item.id, (item) => this.#item(item))}</ul>`;
  }

  /** @param {Suggestion} item */
  #item(item) {
    const used = this.session.inPrompt(item.id);
    return html`<li class=${used ? 'used' : ''}>
      <button class="look" aria-label=${t('recommend.open', { name: item.name })} title=${t('recommend.open', { name: item.name })}
        @click=${() => this.session.go('catalogue', { adapter: item.id })}>${thumb(this.session, item, 256)}</button>
      <div class="about">
        <p class="name" title=${item.name}>${item.name}</p>
        <p class="marks">
          ${item.base_model ? html`<span class="chip" title=${item.base_model}>${format.badge(item.base_model)}</span>` : nothing}
          ${item.archetype ? html`<span class="chip">${item.archetype}</span>` : nothing}</p>
        <p class="why">${highlight(item.reason, item.matched).map((piece) => (piece.hit ? html`<em>${piece.text}</em>` : piece.text))}</p>
        <p class="dim small clip">${item.trigger_groups.flat().join(', ')}</p>
      </div>
      <div class="act">
        ${used ? html`<span class="in">${icons.check}${t('recommend.used', { weight: format.weight(used.weight) })}</span>` : nothing}
        <button class="btn ${used ? 'quiet' : ''}" @click=${() => this.#toggle(item)}>
          ${used ? t('detail.remove') : html`${t('detail.insert')} <span class="dim">${format.weight(item.weight)}</span>`}</button>
      </div>
    </li>`;
  }
}

define('lm-recommend', LmRecommend);
