/** Short messages at the foot of the window, some with one thing to do about them. */

import { Store } from './store.js';

/**
 * @typedef {object} Toast
 * @property {number} id
 * @property {string} text
 * @property {'info'|'error'} kind
 * @property {{label: string, run: () => void}|null} action
 * @property {string|number|null} about
 * @property {boolean} stays
 */

const LIFE = 4000;
/** To read what went wrong, or to do something about it. */
const LONG_LIFE = 8000;
const MOST = 3;

/** @extends {Store<{items: Toast[]}>} */
export class Toasts extends Store {
  #next = 1;

  constructor() {
    super({ items: [] });
  }

  /**
   * @param {string} text
   * @param {{kind?: 'info'|'error', action?: Toast['action'], about?: string|number|null, stays?: boolean}} [options]
   *   about: what the message is about; it takes the place of an older one about the same, whose undo would undo
   *   nothing any more. stays: until the user closes it
   */
  show(text, { kind = 'info', action = null, about = null, stays = false } = {}) {
    const toast = { id: this.#next, text, kind, action, about, stays };
    this.#next += 1;
    const others = this.state.items.filter((item) => about === null || item.about !== about);
    this.set({ items: [...others, toast].slice(-MOST) });
    if (!stays) {
      setTimeout(() => this.dismiss(toast.id), kind === 'error' || action ? LONG_LIFE : LIFE);
    }
  }

  /** The user went elsewhere: what they did here is done. */
  leave() {
    const items = this.state.items.filter(({ kind, stays }) => kind === 'error' || stays);
    if (items.length !== this.state.items.length) {
      this.set({ items });
    }
  }

  /** @param {number} id */
  dismiss(id) {
    const items = this.state.items.filter((toast) => toast.id !== id);
    if (items.length !== this.state.items.length) {
      this.set({ items });
    }
  }
}
