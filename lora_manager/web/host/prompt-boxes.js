/** The prompt boxes of the host's page, and the one the user works in: there the prompt of our page is kept. */

import { writeInto } from './insert.js';
import { isReachable, nameOfTab, PROMPT_TABS, showTab } from './tabs.js';
import { WatchedBox } from './watched-box.js';

/** @import {Place, PromptPort} from '../core/prompt.js' */

/** Finds boxes that came late, and hears of changes that nothing told of. */
const BEAT = 1000;
/** By then the tab that was clicked is shown. */
const SHOWN_AFTER = 100;

/** @param {string} name @returns {HTMLTextAreaElement|null} */
function findBox(name) {
  return document.querySelector(`#${name}_prompt textarea`);
}

/** @implements {PromptPort} */
export class PromptBoxes {
  /** @type {Map<string, WatchedBox>} */
  #boxes = new Map();
  #target = '';
  /** The one box that the user has before them, if there is one. */
  #inSight = '';
  /** @type {Place[]} */
  #places = [];
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #beat;
  /** @type {(text: string) => void} */
  #changed = () => {};

  read() {
    return this.#box?.element.value ?? '';
  }

  /** @param {string} text @param {boolean} follow */
  write(text, follow) {
    if (this.#box) {
      writeInto(this.#box.element, text, follow);
    }
  }

  /** @param {(text: string) => void} changed also called when another box becomes the one to write into */
  watch(changed) {
    this.#changed = changed;
    this.look();
    this.#beat = setInterval(() => this.look(), BEAT);
    return () => {
      clearInterval(this.#beat);
      this.#changed = () => {};
    };
  }

  get caret() {
    return this.#box?.caret ?? null;
  }

  /** Where the user can insert to; the same list until it changes. */
  get places() {
    return this.#places;
  }

  /** @returns {Place|null} the place of the box that is written into */
  get place() {
    return this.#places.find((place) => place.id === this.#target) ?? null;
  }

  /** @param {string} id of a place to write into from now on, until the user opens another tab with a prompt */
  choose(id) {
    if (id !== this.#target && this.#boxes.has(id)) {
      this.#target = id;
      this.#list();
      this.#changed(this.read());
    }
  }

  /** Show the tab of the box that is written into. */
  show() {
    showTab(this.#target);
    setTimeout(() => this.#box?.element.focus(), SHOWN_AFTER);
  }

  /** Take note of what the page holds now: hosts build it late, and SDNext's Modern UI moves it about. */
  look() {
    for (const name of Object.keys(PROMPT_TABS)) {
      const element = findBox(name);
      const known = this.#boxes.get(name);
      if (element !== (known?.element ?? null)) {
        known?.stop();
        this.#boxes.delete(name);
        if (element) {
          this.#adopt(name, element);
        }
      }
      this.#boxes.get(name)?.check();
    }
    this.#list();
    if (!this.#boxes.has(this.#target) && this.#places.length > 0) {
      this.choose(this.#places[0].id);
    }
  }

  /** @returns {WatchedBox|undefined} */
  get #box() {
    return this.#boxes.get(this.#target);
  }

  /** @param {string} name @param {HTMLTextAreaElement} element */
  #adopt(name, element) {
    this.#boxes.set(name, new WatchedBox(element, {
      changed: (text) => name === this.#target && this.#changed(text),
      seen: () => this.#see(),
      touched: () => this.choose(name),
    }));
  }

  /** The user opened a tab with a prompt. While a page is being built, several may be in sight: that tells nothing. */
  #see() {
    const shown = [...this.#boxes].filter(([, box]) => box.shown);
    const only = shown.length === 1 ? shown[0][0] : '';
    if (only !== this.#inSight) {
      this.#inSight = only;
      this.choose(only);
    }
  }

  /** A tab without a button to get to it is no place, except the one the user stands in. */
  #list() {
    const places = [...this.#boxes.keys()]
      .filter((name) => name === this.#target || isReachable(name))
      .map((name) => ({ id: name, name: nameOfTab(name) }));
    if (JSON.stringify(places) !== JSON.stringify(this.#places)) {
      this.#places = places;
      this.#changed(this.read());
    }
  }
}
