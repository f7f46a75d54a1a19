/** What the search box offers to complete: asked for while one types, gone through with keys, put in when chosen. */

import { Store } from '../core/store.js';
import { debounce, Latest } from '../core/timing.js';

/**
 * @import {Api} from '../core/api.js'
 * @import {Completion} from '../core/types.js'
 */

const DELAY = 100;

/**
 * The server counts characters, JavaScript halves of some of them.
 * @param {string} text
 * @param {number} index in JavaScript's units
 */
export function pointsBefore(text, index) {
  return Array.from(text.slice(0, index)).length;
}

/** @param {string} text @param {number} points characters @returns {number} the same place in JavaScript's units */
export function indexOf(text, points) {
  return Array.from(text).slice(0, points).join('').length;
}

/**
 * @param {string} text as it stands in the box now
 * @param {string} asked as it stood when the answer was asked for
 * @param {Completion} answer
 * @param {number} index of the item chosen
 * @returns {{text: string, caret: number, goesOn: boolean}} goesOn: a value is to follow
 */
export function completed(text, asked, answer, index) {
  const start = indexOf(asked, answer.start);
  // What was typed since belongs to the word that is completed.
  const end = Math.max(start, text.length - (asked.length - indexOf(asked, answer.end)));
  const put = answer.items[index].text;
  const goesOn = put.endsWith(':');
  const rest = text.slice(end);
  const space = goesOn || /\s$/.test(put) || /^[\s)]/.test(rest) ? '' : ' ';
  return { text: text.slice(0, start) + put + space + rest, caret: start + put.length + space.length, goesOn };
}

/** @extends {Store<{items: Completion['items'], active: number}>} none: the list is closed. active: -1 is none */
export class Completions extends Store {
  #latest = new Latest();
  #soon = debounce((/** @type {string} */ text, /** @type {number} */ caret) => void this.now(text, caret), DELAY);
  #asked = '';
  /** @type {Completion|null} */
  #answer = null;

  /** @param {Pick<Api, 'completion'>} api */
  constructor(api) {
    super({ items: [], active: -1 });
    this.api = api;
  }

  get open() {
    return this.state.items.length > 0;
  }

  /** The user typed. @param {string} text @param {number} caret */
  ask(text, caret) {
    this.#latest.cancel();
    this.set({ active: -1 });
    if (text.trim() === '') {
      this.close();
    } else {
      this.#soon(text, caret);
    }
  }

  /** @param {string} text @param {number} caret */
  async now(text, caret) {
    this.#soon.cancel();
    try {
      const answer = await this.#latest.run((signal) =>
        this.api.completion(text, pointsBefore(text, caret), signal));
      if (answer) {
        this.#take(text, answer);
      }
    } catch {
      this.close(); // The list of cards says what is wrong with the server.
    }
  }

  /** @param {string} text @param {Completion} answer */
  #take(text, answer) {
    const typed = text.slice(indexOf(text, answer.start), indexOf(text, answer.end));
    const done = answer.items.length === 1 && answer.items[0].text.trim() === typed;
    this.#asked = text;
    this.#answer = answer;
    this.set({ items: done ? [] : answer.items, active: -1 });
  }

  /** Nothing chosen lies between the last and the first. @param {1|-1} step */
  move(step) {
    const places = this.state.items.length + 1;
    this.set({ active: ((this.state.active + 1 + step + places) % places) - 1 });
  }

  /** @param {string} text as it stands in the box now @param {number} [index] */
  choose(text, index = this.state.active) {
    const answer = this.#answer;
    if (!answer || !this.state.items[index]) {
      return null;
    }
    const result = completed(text, this.#asked, answer, index);
    this.close();
    return result;
  }

  close() {
    this.#soon.cancel();
    this.#latest.cancel();
    this.set({ items: [], active: -1 });
  }
}
