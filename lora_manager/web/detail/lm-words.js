/** Trigger words being changed: in groups; a word is written anew, moved, taken out; groups come and go. */

import { controls } from '../ui/controls.js';
import { define, LmElement } from '../ui/element.js';
import { icons } from '../ui/icons.js';
import { t } from '../strings.js';
import { css, html, nothing } from '../vendor/lit.js';
import { editStyles } from './edit-styles.js';
import { whenReleased } from './leaving.js';
import { addWords, moveWord, removeWord, replaceWord, tidyGroups } from './word-lists.js';
import { wordStyles } from './words.js';
import '../strings/detail.js';

/** @import {Groups} from './word-lists.js' */
/** @typedef {{group: number, index: number}} At */

const LEAVING = 60;

/** Events: done {groups}, cancel. */
export class LmWords extends LmElement {
  #closed = false;

  static properties = { groups: { attribute: false } };

  static styles = [controls, wordStyles, editStyles, css`
    .editor { display: grid; gap: 8px; outline: none; }
    .box { display: grid; gap: 6px; padding: 8px; border: 1px solid var(--lm-line); border-radius: 8px; }
    .box.over { border-color: var(--lm-accent); background: color-mix(in srgb, var(--lm-accent) 8%, transparent); }
    .box.new { border-style: dashed; }
    .word { color: var(--lm-text); cursor: grab; }
    .word.chosen { border-color: var(--lm-accent); box-shadow: 0 0 0 1px var(--lm-accent); }
    .word.before { box-shadow: -3px 0 0 var(--lm-accent); }
    .tools { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 4px; align-items: center; }
    .tools .row { gap: 0; }
    .tools .select { grid-column: 1 / -1; }
    .tools .select .field { min-height: 28px; padding-top: 3px; padding-bottom: 3px; font-size: 12px; }
    .tight.field { margin: 0; }
    .foot { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; }
    @media (pointer: coarse) { .word { padding: 7px 10px; } }
  `];

  constructor() {
    super();
    /** @type {Groups} as they were */
    this.groups = [];
    /** @type {Groups|null} as they are being changed */
    this.draft = null;
    /** @type {At|null} the word that is being written anew */
    this.chosen = null;
    /** @type {At|null} */
    this.dragged = null;
    /** @type {At|null} where it would be dropped */
    this.over = null;
  }

  /** @returns {Groups} */
  get now() {
    this.draft ??= this.groups.length > 0 ? this.groups.map((words) => [...words]) : [[]];
    return this.draft;
  }

  /** @override */
  async firstUpdated() {
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.find('.more'))?.focus();
  }

  /** What stands in the boxes is part of it. */
  finish() {
    this.#takeTyped();
    this.#closed = true;
    this.emit('done', { groups: tidyGroups(this.now) });
  }

  #cancel() {
    this.#closed = true;
    this.emit('cancel');
  }

  /** @override The user went to another LoRA: what was typed is kept. */
  disconnectedCallback() {
    super.disconnectedCallback();
    if (!this.#closed && this.draft) {
      this.finish();
    }
  }

  /** Leaving is done with it; being taken somewhere else within it is not. */
  #leave() {
    setTimeout(() => {
      const isAway = this.isConnected && !this.#closed && document.hasFocus() && !this.dragged;
      if (isAway && !this.matches(':focus-within')) {
        whenReleased(() => !this.#closed && this.finish());
      }
    }, LEAVING);
  }

  async #keepFocus() {
    await this.updateComplete;
    if (!this.matches(':focus-within')) {
      /** @type {HTMLElement|null} */ (this.find('.editor'))?.focus();
    }
  }

  #takeTyped() {
    const word = /** @type {HTMLInputElement|null} */ (this.find('.tools input'));
    let groups = this.now;
    if (word && this.chosen) {
      groups = replaceWord(groups, this.chosen.group, this.chosen.index, word.value);
    }
    this.renderRoot.querySelectorAll('input.more').forEach((box, group) => {
      groups = addWords(groups, group, /** @type {HTMLInputElement} */ (box).value);
      /** @type {HTMLInputElement} */ (box).value = '';
    });
    this.#change(groups);
  }

  /** @param {Groups} groups @param {At|null} [chosen] */
  #change(groups, chosen = null) {
    this.draft = groups;
    this.chosen = chosen;
    this.requestUpdate();
    void this.#keepFocus();
  }

  /** @param {At} at */
  async #choose(at) {
    const word = this.now[at.group][at.index];
    this.#takeTyped();
    const index = this.now[at.group]?.indexOf(word) ?? -1;
    this.chosen = index < 0 ? null : { group: at.group, index };
    await this.updateComplete;
    const box = /** @type {HTMLInputElement|null} */ (this.find('.tools input'));
    box?.focus();
    box?.select();
  }

  /** @param {At} from @param {At} to */
  async #move(from, to) {
    const box = /** @type {HTMLInputElement|null} */ (this.find('.tools input'));
    const groups = box && box.value.trim() && !box.value.includes(',')
      ? replaceWord(this.now, from.group, from.index, box.value) : this.now;
    const word = groups[from.group][from.index];
    const moved = moveWord(groups, from, to);
    this.#change(moved, { group: to.group, index: moved[to.group].indexOf(word) });
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.find('.tools input'))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      if (this.chosen) {
        this.#change(this.now);
        /** @type {HTMLElement|null} */ (this.find('.more'))?.focus();
      } else {
        this.#cancel();
      }
    } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.finish();
    }
  }

  /** @param {KeyboardEvent & {target: HTMLInputElement}} event @param {number} group */
  #addKey(event, group) {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || event.isComposing) {
      return;
    }
    event.preventDefault();
    if (event.target.value.trim() === '') {
      this.finish();
    } else {
      this.#change(addWords(this.now, group, event.target.value));
      event.target.value = '';
    }
  }

  /** @param {KeyboardEvent & {target: HTMLInputElement}} event @param {At} at */
  #wordKey(event, at) {
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.isComposing) {
      event.preventDefault();
      this.#change(replaceWord(this.now, at.group, at.index, event.target.value));
    } else if (event.altKey && ['ArrowLeft', 'ArrowRight'].includes(event.key)) {
      event.preventDefault();
      this.#step(at, event.key === 'ArrowLeft' ? -1 : 1);
    }
  }

  /** @param {At} at @param {number} by */
  #step(at, by) {
    const to = at.index + (by < 0 ? -1 : 2);
    if (to >= 0 && to <= this.now[at.group].length) {
      void this.#move(at, { group: at.group, index: to });
    }
  }

  /** @param {DragEvent} event @param {At} at */
  #dragOver(event, at) {
    if (this.dragged) {
      event.preventDefault();
      event.stopPropagation();
      this.over = at;
      this.requestUpdate();
    }
  }

  /** @param {DragEvent} event @param {At} at */
  #drop(event, at) {
    event.preventDefault();
    event.stopPropagation();
    if (this.dragged) {
      this.#change(moveWord(this.now, this.dragged, at));
    }
    this.#dropped();
  }

  #dropped() {
    this.dragged = null;
    this.over = null;
    this.requestUpdate();
  }

  /** @override */
  render() {
    const groups = this.now;
    const fresh = { group: groups.length, index: 0 };
    return html`<div class="editor" tabindex="-1" role="group" aria-label=${t('edit.words')} @keydown=${this.#key} @focusout=${() => this.#leave()} @dragend=${() => this.#dropped()}>
      ${groups.map((words, group) => this.#group(words, group))}
      <div class="foot">
        <button class="btn tiny ${this.over?.group === groups.length ? 'primary' : ''}" @click=${() => void this.#newGroup()}
          @dragover=${(/** @type {DragEvent} */ event) => this.#dragOver(event, fresh)}
          @drop=${(/** @type {DragEvent} */ event) => this.#drop(event, fresh)}>${icons.plus}${t('edit.new_group')}</button>
        <span class="grow"></span>
        <button class="btn tiny quiet" @click=${() => this.#cancel()}>${t('edit.cancel')}</button>
        <button class="btn tiny primary" @click=${() => this.finish()}>${t('edit.save')}</button>
      </div>
    </div>`;
  }

  async #newGroup() {
    this.#takeTyped();
    if (this.now.every((words) => words.length > 0)) {
      this.#change([...this.now, []]);
    }
    await this.updateComplete;
    /** @type {HTMLElement|undefined} */ ([...this.renderRoot.querySelectorAll('input.more')].at(-1))?.focus();
  }

  /** @param {string[]} words @param {number} group */
  #group(words, group) {
    const end = { group, index: words.length };
    const chosen = this.chosen?.group === group ? this.chosen : null;
    return html`<div class="box ${this.over?.group === group ? 'over' : ''}" role="group" aria-label=${t('detail.group', { n: group + 1 })}
      @dragover=${(/** @type {DragEvent} */ event) => this.#dragOver(event, end)} @drop=${(/** @type {DragEvent} */ event) => this.#drop(event, end)}>
      ${words.length > 0 ? html`<div class="words">${words.map((word, index) => this.#word(word, { group, index }))}</div>` : nothing}
      ${chosen && words[chosen.index] !== undefined ? this.#tools(words[chosen.index], chosen) : nothing}
      <input class="field tight more" type="text" autocomplete="off" aria-label=${t('edit.add_words', { n: group + 1 })}
        placeholder=${t('edit.words_placeholder')} @keydown=${(/** @type {any} */ event) => this.#addKey(event, group)}>
    </div>`;
  }

  /** @param {string} word @param {At} at */
  #word(word, at) {
    const is = (/** @type {At|null} */ other) => other?.group === at.group && other.index === at.index;
    return html`<button class="word ${is(this.chosen) ? 'chosen' : ''} ${is(this.over) ? 'before' : ''}" draggable="true" aria-expanded=${is(this.chosen)}
      title=${t('edit.word', { name: word })} @click=${() => void this.#choose(at)}
      @dragstart=${(/** @type {DragEvent} */ event) => {
        event.dataTransfer?.setData('text/plain', word);
        this.dragged = at;
      }}
      @dragover=${(/** @type {DragEvent} */ event) => this.#dragOver(event, at)} @drop=${(/** @type {DragEvent} */ event) => this.#drop(event, at)}>${word}</button>`;
  }

  /** @param {string} word @param {At} at */
  #tools(word, at) {
    const { group, index } = at;
    const last = this.now[group].length - 1;
    const button = (/** @type {unknown} */ icon, /** @type {string} */ name, /** @type {boolean} */ off, /** @type {() => void} */ run) => html`<button
      class="btn quiet tiny icon" aria-label=${name} title=${name} ?disabled=${off} @click=${run}>${icon}</button>`;
    return html`<div class="tools">
      <input class="field tight" type="text" autocomplete="off" aria-label=${t('edit.word', { name: word })} .value=${word}
        @keydown=${(/** @type {any} */ event) => this.#wordKey(event, at)}>
      <span class="row">${button(icons.left, t('edit.word_left'), index === 0, () => this.#step(at, -1))}
        ${button(icons.chevron, t('edit.word_right'), index === last, () => this.#step(at, 1))}
        ${button(icons.trash, t('edit.remove', { name: word }), false, () => this.#change(removeWord(this.now, group, index)))}</span>
      <label class="select"><select class="field" aria-label=${t('edit.move_to')}
        @change=${(/** @type {Event & {target: HTMLSelectElement}} */ event) => {
          const to = Number(event.target.value);
          void this.#move(at, { group: to, index: this.now[to]?.length ?? 0 });
        }}>
        ${[...this.now, null].map((words, to) => html`<option value=${to} ?selected=${to === group}>${words === null
          ? t('edit.to_new_group') : to === group ? t('edit.in_group', { n: to + 1 }) : t('edit.to_group', { n: to + 1 })}</option>`)}
      </select></label>
    </div>`;
  }
}

define('lm-words', LmWords);
