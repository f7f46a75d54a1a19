/** The one search box: words and the query language, with what completes them and with what is wrong, at its place. */

import { debounce } from '../core/timing.js';
import * as format from '../core/format.js';
import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { isString, t } from '../strings.js';
import { html, live, nothing } from '../vendor/lit.js';
import { Completions, indexOf } from './search-completion.js';
import { searchStyles } from './search-styles.js';

/**
 * @import {Results, ResultsState} from './results.js'
 * @import {Completion} from '../core/types.js'
 */

/** So long after a key nothing is called wrong: it is half typed. */
const PATIENCE = 600;

/** Events: cards (the keyboard goes to what was found). */
export class LmSearch extends LmElement {
  static properties = { results: { attribute: false }, state: { attribute: false } };

  static styles = [controls, searchStyles];

  #settled = debounce(() => this.#calm(), PATIENCE);

  constructor() {
    super();
    /** @type {Results|null} */
    this.results = null;
    /** @type {ResultsState|null} */
    this.state = null;
    this.typing = false;
    /** @type {typeof import('./search-help.js').helpPanel|null} shown when it is there */
    this.help = null;
    /** The help was asked for by its key, the keyboard being there: keys first. @type {HTMLElement|null} */
    this.keysFrom = null;
    this.completions = new Completions(this.session.api);
    this.watch(this.completions);
    this.addEventListener('focusout', (event) => this.#left(event));
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.help && !event.defaultPrevented) {
        event.preventDefault();
        this.#closeHelp();
      }
    });
  }

  get box() {
    return /** @type {HTMLInputElement} */ (this.find('input'));
  }

  /** The keyboard comes here, over what is written. */
  select() {
    this.box.select();
  }

  /** @param {FocusEvent} event */
  #left({ relatedTarget }) {
    if (!(relatedTarget instanceof Node && this.renderRoot.contains(relatedTarget))) {
      this.completions.close();
      this.help = null;
      this.#calm();
    }
  }

  #calm() {
    this.#settled.cancel();
    this.typing = false;
    this.requestUpdate();
  }

  #typed() {
    const { value, selectionStart } = this.box;
    this.typing = true;
    this.help = null; // It would lie over what completes.
    this.#settled();
    this.results?.ask({ q: value }, { typing: true });
    this.completions.ask(value, selectionStart ?? value.length);
  }

  /** @param {string} text @param {number} [caret] */
  #write(text, caret = text.length) {
    this.box.value = text;
    this.box.focus();
    this.box.setSelectionRange(caret, caret);
    this.results?.ask({ q: text }, { typing: true });
    this.#scrolled();
  }

  /** @param {number} [index] */
  #choose(index) {
    const chosen = this.completions.choose(this.box.value, index);
    if (chosen) {
      this.#write(chosen.text, chosen.caret);
      if (chosen.goesOn) {
        void this.completions.now(chosen.text, chosen.caret);
      }
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) {
      return;
    }
    const { open, state } = this.completions;
    const keys = /** @type {Record<string, () => boolean>} */ ({
      ArrowDown: () => (open ? this.#move(1) : event.altKey ? this.#offer() : this.#go()),
      ArrowUp: () => open && this.#move(-1),
      Enter: () => (state.active < 0 ? this.#go() : this.#take()),
      Tab: () => state.active >= 0 && !event.shiftKey && this.#take(),
      Escape: () => this.#escape(),
    });
    if (keys[event.key]?.()) {
      event.preventDefault();
    } else if (/^(Arrow(Left|Right)|Home|End)$/.test(event.key)) {
      this.completions.close();
    }
  }

  /** @param {1|-1} step */
  #move(step) {
    this.completions.move(step);
    void this.updateComplete.then(() => this.find('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }));
    return true;
  }

  #take() {
    this.#choose();
    return true;
  }

  #offer() {
    const { value, selectionStart } = this.box;
    void this.completions.now(value, selectionStart ?? value.length);
    return true;
  }

  /** To the cards; but what is wrong is told here. */
  #go() {
    this.completions.close();
    this.#calm();
    this.results?.flush();
    if (!this.state?.problem) {
      this.emit('cards');
    }
    return true;
  }

  #escape() {
    if (this.help) {
      this.#closeHelp();
    } else if (this.completions.open) {
      this.completions.close();
    } else {
      this.box.blur();
      this.emit('cards');
    }
    return true;
  }

  /** As if it were typed: Ctrl+Z brings the text back. */
  #clear() {
    this.box.select();
    document.execCommand('delete');
    this.completions.close();
    this.results?.ask({ q: '' });
    this.results?.flush();
    this.#calm();
  }

  /** The list of keys. @param {HTMLElement} from where the keyboard is, to return there */
  async turnKeys(from) {
    await this.#turnHelp(from);
    await this.updateComplete;
    this.find('#help')?.focus();
  }

  /** @param {HTMLElement|null} keysFrom */
  async #turnHelp(keysFrom) {
    if (this.help) {
      this.#closeHelp();
    } else {
      this.keysFrom = keysFrom;
      this.completions.close();
      await this.session.need(import('./search-help.js').then(({ helpPanel }) => {
        this.help = helpPanel;
      })).catch(() => {});
      this.requestUpdate();
    }
  }

  #closeHelp() {
    this.help = null;
    (this.keysFrom ?? this.box).focus();
    this.requestUpdate();
  }

  /** @param {string} example */
  #example(example) {
    const before = this.box.value.trim();
    this.help = null;
    this.#write(before === '' ? example : `${before} ${example}`);
  }

  /** The text below the marker moves as the box does. */
  #scrolled() {
    const mirror = this.find('.mirror');
    if (mirror) {
      mirror.style.transform = `translateX(${-this.box.scrollLeft}px)`;
    }
  }

  /** @override */
  updated() {
    this.#scrolled();
  }

  /** What is wrong, unless the user may be about to mend it: a field is there, its values are offered. */
  get problem() {
    const { problem, query } = this.state ?? {};
    const mending = this.typing || (this.completions.open && query?.q.endsWith(':'));
    return problem && !mending ? problem : null;
  }

  /** @override */
  render() {
    if (!this.state) {
      return nothing;
    }
    const { q } = this.state.query;
    return html`
      <label class="search ${this.problem ? 'wrong' : ''}">
        ${icons.search}
        ${this.#input(q, this.problem)}
        ${q ? html`<button class="btn quiet tiny icon" aria-label=${t('search.clear')} title=${t('search.clear')}
          @click=${this.#clear}>${icons.close}</button>` : html`<kbd>/</kbd>`}
        <button class="btn quiet tiny icon" aria-label=${t('help.title')} title=${t('help.title')}
          aria-expanded=${this.help !== null} @click=${() => this.#turnHelp(null)}>?</button>
      </label>
      ${this.#under(this.problem, this.state.hints)}
      ${this.completions.open ? this.#list() : nothing}
      ${this.help?.((example) => this.#example(example), () => this.#closeHelp(), this.keysFrom !== null) ?? nothing}
    `;
  }

  /** @param {string} q @param {ResultsState['problem']} problem */
  #input(q, problem) {
    const { open, state: { active } } = this.completions;
    return html`<span class="box">
          ${problem ? this.#mirror(q, indexOf(q, problem.at)) : nothing}
          <input type="text" role="combobox" .value=${live(q)} placeholder=${t('search.placeholder')}
            aria-label=${t('search.label')} title=${problem ? problem.message : t('search.keys')}
            aria-autocomplete="list" aria-expanded=${open} aria-controls="list" aria-haspopup="listbox"
            aria-activedescendant=${active < 0 ? nothing : `option-${active}`}
            aria-invalid=${problem !== null} aria-describedby="under"
            spellcheck="false" autocomplete="off" autocapitalize="off" enterkeyhint="search"
            @input=${this.#typed} @keydown=${this.#key} @scroll=${this.#scrolled}
            @pointerdown=${() => this.completions.close()}>
        </span>`;
  }

  /** @param {ResultsState['problem']} problem @param {ResultsState['hints']} hints */
  #under(problem, hints) {
    const { open } = this.completions;
    const calm = !problem && !this.typing && !open;
    return html`<div id="under" class=${open ? 'behind' : ''} role="status">
      ${problem ? html`<p class="under small bad">${problem.message}</p>` : nothing}
      ${calm ? hints.map(({ message }) => html`<p class="under small dim">${message}</p>`) : nothing}
    </div>`;
  }

  /** The same text once more, unseen, with a line below what is wrong. @param {string} q @param {number} at */
  #mirror(q, at) {
    const rest = q.slice(at);
    const wrong = /^\s*\S+/.exec(rest)?.[0] ?? '\u2003'; // Where something is missing at the end, a space is marked.
    return html`<span class="mirror" aria-hidden="true">${q.slice(0, at)}<u>${wrong}</u></span>`;
  }

  #list() {
    const { items, active } = this.completions.state;
    return html`<div class="list" @mousedown=${(/** @type {Event} */ event) => event.preventDefault()}>
      <div class="scroll" id="list" role="listbox" aria-label=${t('search.list')}>
        ${items.map((item, index) => this.#option(item, index, index === active))}
      </div>${this.#found()}
    </div>`;
  }

  /** The list lies over the count. */
  #found() {
    const { results, state } = this;
    const { total = null, current = false } = results?.cards ?? {};
    if (total === null || !state) {
      return nothing;
    }
    const count = html`<span class=${current ? '' : 'stale'}><b>${format.count(total)}</b>
      ${t('count.of', { n: state.libraryTotal })}</span>`;
    return html`<div class="found">${state.problem ? html`<span class="bad">${this.problem?.message}</span>` : count}
      ${state.problem ? nothing : html`<span class="enter">${t('search.enter')} <kbd>↵</kbd></span>`}</div>`;
  }

  /** @param {Completion['items'][number]} item @param {number} index @param {boolean} active */
  #option({ label, kind, count, detail }, index, active) {
    const name = `facet.${kind}`;
    return html`<div class="option" id="option-${index}" role="option" aria-selected=${active}
      @click=${() => this.#choose(index)}><span class="kind clip">${isString(name) ? t(name) : kind}</span>
      <span class="name clip">${label}</span><span class="more clip">${detail}</span>
      ${count === null ? nothing : html`<span class="n">${format.count(count)}</span>`}</div>`;
  }
}

define('lm-search', LmSearch);
